-- The proven address that asked, so that an expired link can be sent again without typing it.
alter table password_resets add column email text not null default '';
create index password_resets_account on password_resets (account_id) where used_at is null;
create index codes_age on codes (expires_at);
create index sessions_age on sessions (expires_at);
