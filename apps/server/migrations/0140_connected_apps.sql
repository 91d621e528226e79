-- Apps that people let at their badges (OAuth 2.0, Open Badges 3.0 API). Secrets, codes and tokens are kept as hashes.
create table oauth_clients (
  id uuid primary key,
  public_id text not null unique,       -- client_id
  secret_hash bytea not null,
  name text not null,
  host text not null,                   -- the one host of all its addresses
  metadata jsonb not null,              -- as it registered (RFC 7591)
  redirect_uris text[] not null,
  scopes text[] not null,
  created_at timestamptz not null
);
create index oauth_clients_age on oauth_clients (created_at);

-- One press of Allow, with the code that came of it. What it gave ends with it.
create table oauth_grants (
  id uuid primary key,
  client_id uuid not null references oauth_clients (id) on delete cascade,
  account_id uuid not null references accounts (id),
  scopes text[] not null,
  redirect_uri text not null,
  code_hash bytea not null unique,
  code_challenge text not null,         -- S256
  code_expires_at timestamptz not null,
  code_used_at timestamptz,
  created_at timestamptz not null,
  last_used_at timestamptz,
  expires_at timestamptz not null,      -- when nothing that came of it works any more
  revoked_at timestamptz
);
create index oauth_grants_account on oauth_grants (account_id, created_at desc);
create index oauth_grants_client on oauth_grants (client_id);

create table oauth_tokens (
  token_hash bytea primary key,
  grant_id uuid not null references oauth_grants (id) on delete cascade,
  kind text not null check (kind in ('access', 'refresh')),
  scopes text[] not null,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  used_at timestamptz                   -- of a refresh token: when it was exchanged; seen again, it is stolen
);
create index oauth_tokens_grant on oauth_tokens (grant_id);
create index oauth_tokens_age on oauth_tokens (expires_at);

-- When a badge from elsewhere was issued, for programs that ask for the newer ones.
alter table imported_badges add column issued_at timestamptz;
