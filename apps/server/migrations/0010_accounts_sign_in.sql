-- Registering, proving a mailbox and signing in (SECURITY S1-S13).

alter table registrations
  add column mailed_at timestamptz,     -- last code or notice, for the pause between two
  add column activated_at timestamptz,
  add column account_id uuid references accounts (id);

-- Other browsers that gave this registration's password: they may enter its code too.
create table registration_browsers (
  registration_id uuid not null references registrations (id) on delete cascade,
  browser_hash bytea not null,
  primary key (registration_id, browser_hash)
);
create index registration_browsers_browser on registration_browsers (browser_hash);
create index registrations_browser on registrations (browser_hash);
create index registrations_age on registrations (expires_at);

-- A solved proof of work counts once.
create table spent_proofs (
  proof_hash bytea primary key,
  expires_at timestamptz not null
);

-- Failed sign-ins in a row: back-off, never a lock that a stranger can turn for good (SECURITY S12).
create table sign_in_tries (
  bucket text primary key,              -- purpose and keyed hash of an address or a device, never in clear
  tries integer not null,               -- since the last pause
  pauses integer not null default 0,
  consecutive integer not null,            -- since the last success
  since timestamptz not null,
  last_at timestamptz not null,
  paused_until timestamptz
);
create index sign_in_tries_age on sign_in_tries (last_at);

-- Browsers that a person has signed in with before: strangers' failures do not slow them down.
create table devices (
  id uuid primary key,
  account_id uuid not null references accounts (id),
  token_hash bytea not null,
  created_at timestamptz not null,
  last_used_at timestamptz not null,
  skips_second_step_until timestamptz,
  unique (account_id, token_hash)
);
