-- Reminders of badges that wait, and notices of badges that end: each at most once, and stopped by one click.
create table claim_reminders (
  credential_id uuid primary key references credentials (id),
  sent integer not null default 0,
  last_sent_at timestamptz,
  stopped_at timestamptz
);

create table expiry_notices (
  credential_id uuid not null references credentials (id),
  days integer not null,                -- before the end: 60 or 14
  sent_at timestamptz not null,
  primary key (credential_id, days)
);
