-- Mail that a server took and sent back later (RFC 3464).
alter table account_emails add column bounced_later boolean not null default false;
comment on column account_emails.bounced_later is
  'the mail came back after it had been taken, so that a server that takes the next one says nothing';
create index mail_outbox_recipient on mail_outbox (recipient);
