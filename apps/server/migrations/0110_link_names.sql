-- How the earner's name is shown behind one link; the signed files hold it in full, so links that allow them show it in full.
alter table share_links add column shown_name text not null default 'full'
  check (shown_name in ('full', 'initial', 'none'));
alter table share_links add constraint share_links_files_name_in_full check (shown_name = 'full' or not allows_download);
