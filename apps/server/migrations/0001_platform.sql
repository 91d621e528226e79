-- Ground that every feature stands on. Ids are made in the application: UUID version 7 inside, random text outside.

create table idempotency_keys (
  scope text not null,              -- who may repeat it: an account, a visitor, an API key
  key text not null,
  body_hash bytea not null,
  answer jsonb,                     -- what the first call answered; null while its transaction runs
  created_at timestamptz not null,
  primary key (scope, key)
);
create index idempotency_keys_age on idempotency_keys (created_at);

create table rate_limits (
  bucket text not null,             -- purpose and keyed hash of the subject, never an address in clear
  window_start timestamptz not null,
  used integer not null default 0,
  primary key (bucket, window_start)
);
create index rate_limits_age on rate_limits (window_start);

create table mail_outbox (
  id uuid primary key,
  organization_id uuid,             -- null for mail of the site itself
  message_id text not null unique,  -- stable over retries (SECURITY R7)
  template text not null,
  locale text not null,
  recipient text not null,          -- the stored address, never the typed one
  sealed bytea,                     -- subject and parts, encrypted: they hold codes and links; erased after sending
  subject_kind text,                -- what the outcome is told to: 'credential', 'batch', …
  subject_id uuid,
  optional boolean not null default false,
  state text not null default 'queued' check (state in ('queued', 'sent', 'bounced', 'suppressed', 'failed')),
  attempts integer not null default 0,
  last_error text,
  created_at timestamptz not null,
  sent_at timestamptz
);
create index mail_outbox_subject on mail_outbox (subject_kind, subject_id);
create index mail_outbox_state on mail_outbox (state, created_at);
create index mail_outbox_organization on mail_outbox (organization_id, created_at);

create table local_mailbox (         -- what /dev/mail shows in demo mode
  id uuid primary key,
  received_at timestamptz not null,
  envelope_from text not null,
  envelope_to text[] not null,
  subject text not null,
  raw bytea not null
);
create index local_mailbox_received on local_mailbox (received_at desc);

create table audit_events (          -- append-only by grant (SECURITY S61)
  id uuid primary key,
  organization_id uuid,
  actor_account_id uuid,
  actor_kind text not null,          -- 'account', 'api-key', 'system', 'operator'
  action text not null,
  object_kind text,
  object_id text,
  detail jsonb not null default '{}',
  at timestamptz not null
);
create index audit_events_organization on audit_events (organization_id, at desc);
create index audit_events_actor on audit_events (actor_account_id, at desc);

create table pictures (              -- immutable, content-addressed
  hash text primary key,             -- SHA-256 of the bytes, hex
  content_type text not null,
  width integer not null,
  height integer not null,
  bytes bytea not null,
  created_at timestamptz not null
);
