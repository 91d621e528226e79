-- What a person mailed from a badge's share panel. Seen by that person alone, forgotten after 90 days.
create table share_mails (
  id uuid primary key,
  account_id uuid not null references accounts (id),
  credential_id uuid not null references credentials (id),
  sealed bytea not null,                -- addresses and message, encrypted: they are other people's
  sent_at timestamptz not null
);
create index share_mails_account on share_mails (account_id, credential_id, sent_at desc);
create index share_mails_age on share_mails (sent_at);

-- Wrong PINs are counted for the whole life of a link, so that patience does not guess one.
alter table share_links add column pin_failures_total integer not null default 0;
alter table share_links add column paused_at timestamptz;      -- too many wrong PINs; its owner resumes it
