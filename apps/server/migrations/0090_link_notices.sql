-- How many openings of a private link its owner has been told of. Links of before count as told.
create table link_notices (
  link_id uuid primary key references share_links (id) on delete cascade,
  told_opens integer not null,
  told_at timestamptz not null
);
insert into link_notices (link_id, told_opens, told_at) select id, opens, now() from share_links;
