-- Wrong codes in a row: after so many the app no longer opens the account, only a recovery code or a passkey does.
alter table authenticators add column failures integer not null default 0;
-- Awards of somebody that are not signed yet, which follow when that person's accounts are merged.
create index credentials_unissued_by on credentials (created_by) where lifecycle <> 'issued';
