create table batches (
  id uuid primary key,
  organization_id uuid not null references organizations (id),
  number integer not null,             -- "batch 41", per organization
  achievement_id uuid,
  version integer,
  state text not null default 'draft'
    check (state in ('draft', 'checking', 'ready', 'held', 'sending', 'done', 'done-with-problems', 'cancelled')),
  source_name text,                    -- file name as uploaded
  source_hash text,                    -- to notice the same file twice
  source jsonb not null default '{}',  -- encoding, delimiter, header, column mapping, date order
  settings jsonb not null default '{}',-- issue date, expiry, note, notify, scheduled time
  run_hash text,                       -- pins template, key and settings while it runs (SECURITY S24)
  rows_total integer not null default 0,
  created_by uuid references accounts (id),
  created_at timestamptz not null,
  hold_until timestamptz,
  started_at timestamptz,
  finished_at timestamptz,
  unique (organization_id, number),
  unique (organization_id, id)
);
create index batches_due on batches (hold_until) where state = 'held';

create table batch_rows (
  organization_id uuid not null,
  batch_id uuid not null,
  row_number integer not null,         -- as in the file; the header is row 1
  cells jsonb not null,                -- as read
  fixes jsonb not null default '{}',   -- what the issuer typed over it
  person jsonb,                        -- the checked values
  problems jsonb not null default '[]',
  warnings jsonb not null default '[]',
  choice text check (choice in ('skip', 'reissue')),
  left_out boolean not null default false,
  state text not null default 'unchecked' check (state in ('unchecked', 'ready', 'problem', 'issued', 'failed', 'skipped')),
  credential_id uuid,
  failure text,
  primary key (batch_id, row_number),
  foreign key (organization_id, batch_id) references batches (organization_id, id)
);
create index batch_rows_state on batch_rows (batch_id, state, row_number);

create table status_lists (            -- shards of 131,072 entries; the signed list is derived
  id uuid primary key,
  public_id text not null unique,
  organization_id uuid not null references organizations (id),
  purpose text not null default 'revocation' check (purpose in ('revocation', 'suspension')),
  size integer not null default 131072,
  used integer not null default 0,
  is_open boolean not null default true,
  version bigint not null default 0,   -- counts every change of a bit
  signed_version bigint,               -- the version that signed_json shows
  signed_json text,
  signed_at timestamptz,
  valid_until timestamptz
);
create index status_lists_open on status_lists (organization_id, purpose) where is_open;

create table credentials (
  id uuid primary key,
  public_id text not null unique,
  organization_id uuid not null references organizations (id),
  achievement_id uuid not null,
  version integer not null,
  batch_id uuid,
  batch_row integer,
  label text not null,                 -- the short number printed on a certificate; not a key
  -- who it was awarded to
  recipient_name text not null,
  recipient_email text not null,
  recipient_email_canonical text not null,
  recipient_reference text,            -- the issuer's own number for the person
  account_id uuid references accounts (id),
  -- what was awarded; immutable
  snapshot jsonb not null,             -- everything shown and signed (issuing/snapshot.ts)
  valid_from timestamptz not null,
  valid_until timestamptz,
  -- five independent fields; none is derived from another
  lifecycle text not null default 'intended' check (lifecycle in ('draft', 'scheduled', 'intended', 'issued', 'withdrawn')),
  decision text not null default 'waiting' check (decision in ('waiting', 'accepted', 'rejected', 'automatic')),
  validity text not null default 'live' check (validity in ('live', 'suspended', 'revoked', 'replaced')),
  visibility text not null default 'private' check (visibility in ('private', 'link', 'public')),
  delivery text not null default 'queued' check (delivery in ('queued', 'sent', 'delivered', 'bounced', 'suppressed', 'failed')),
  notify boolean not null default true,
  --
  identity_salt text not null,         -- fresh for every award (SECURITY S56)
  status_list_id uuid not null references status_lists (id),
  status_index integer not null,
  replaced_by uuid references credentials (id),
  revocation jsonb,                    -- reason, note, public text
  created_at timestamptz not null,
  issued_at timestamptz,
  decided_at timestamptz,
  revoked_at timestamptz,
  created_by uuid references accounts (id),
  unique (organization_id, id),
  unique (status_list_id, status_index),
  unique (batch_id, batch_row),
  foreign key (achievement_id, version) references achievement_versions (achievement_id, version)
);
create index credentials_account on credentials (account_id, decided_at desc);
create index credentials_recipient on credentials (recipient_email_canonical) where account_id is null;
create index credentials_organization on credentials (organization_id, created_at desc);
create index credentials_achievement on credentials (achievement_id, recipient_email_canonical);
create index credentials_batch on credentials (batch_id);
create index credentials_revoked on credentials (status_list_id) where validity in ('revoked', 'replaced');

-- Says what will be signed, with which key and index, before the signer runs (SECURITY S18).
create table signing_intents (
  id uuid primary key,
  organization_id uuid not null,
  credential_id uuid not null,
  kind text not null default 'credential',
  signing_key_id uuid not null,
  unsigned_hash text not null,          -- SHA-256 of the canonical JSON that will be signed
  created_at timestamptz not null,
  signed_at timestamptz,
  foreign key (organization_id, credential_id) references credentials (organization_id, id)
);
create unique index signing_intents_credential on signing_intents (credential_id, kind, signing_key_id);
create index signing_intents_open on signing_intents (created_at) where signed_at is null;

create table signed_credentials (       -- the bytes as signed; nothing re-renders them
  credential_id uuid not null,
  organization_id uuid not null,
  format text not null,                 -- 'ob3-json', 'ob3-jwt', …
  signing_key_id uuid not null,
  body text not null,
  signed_at timestamptz not null,
  primary key (credential_id, format, signed_at),
  foreign key (organization_id, credential_id) references credentials (organization_id, id)
);

create table credential_events (        -- the history that owner and issuer see
  id uuid primary key,
  organization_id uuid not null,
  credential_id uuid not null,
  kind text not null,                   -- 'issued', 'notified', 'opened', 'accepted', 'declined', 'shared', 'revoked', …
  channel text,
  actor_account_id uuid,
  at timestamptz not null,
  foreign key (organization_id, credential_id) references credentials (organization_id, id)
);
create index credential_events_credential on credential_events (credential_id, at);
create index credential_events_organization on credential_events (organization_id, kind, at);
