-- Linking, choosing and removing addresses; merging two accounts.

create table address_changes (          -- an address that is to become a door, not proven yet
  id uuid primary key,
  account_id uuid not null references accounts (id),
  email text not null,
  email_canonical text not null,
  code_failures integer not null default 0,
  state text not null default 'pending' check (state in ('pending', 'confirmed', 'merging', 'dead')),
  return_to text,
  mailed_at timestamptz,
  proven_at timestamptz,                -- the code was right; a merge waits for the other account's sign-in
  created_at timestamptz not null,
  expires_at timestamptz not null
);
create index address_changes_account on address_changes (account_id, state);
create index address_changes_email on address_changes (email_canonical, state);

create table address_undos (            -- links in notices that take a change back for seven days
  id uuid primary key,
  account_id uuid not null references accounts (id),
  kind text not null check (kind in ('added', 'removed', 'primary')),
  email text not null,
  email_canonical text not null,
  former_primary_canonical text,
  token_hash bytea not null unique,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  used_at timestamptz
);
create index address_undos_account on address_undos (account_id);

create table account_merges (
  id uuid primary key,
  from_account_id uuid not null references accounts (id),
  into_account_id uuid not null references accounts (id),
  moved jsonb not null,                 -- keys of the rows that moved, per table, for the undo
  merged_at timestamptz not null,
  undo_until timestamptz not null,
  undone_at timestamptz
);
create unique index account_merges_from on account_merges (from_account_id) where undone_at is null;
create index account_merges_into on account_merges (into_account_id);

create table mailed_sign_ins (          -- "Send a code to this address instead"
  id uuid primary key,
  account_id uuid not null references accounts (id),
  email text not null,
  browser_hash bytea not null,
  code_failures integer not null default 0,
  return_to text,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  used_at timestamptz
);
