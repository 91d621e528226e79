-- Second factors, passkeys and sign-in by other services.

create table authenticators (           -- time-based codes (RFC 6238), one per account
  id uuid primary key,
  account_id uuid not null unique references accounts (id),
  sealed_secret bytea not null,
  last_step bigint not null default 0,  -- a code counts once
  confirmed_at timestamptz,             -- null until the first code was right
  created_at timestamptz not null
);

create table recovery_codes (
  id uuid primary key,
  account_id uuid not null references accounts (id),
  code_hash bytea not null,             -- keyed
  created_at timestamptz not null,
  used_at timestamptz
);
create index recovery_codes_account on recovery_codes (account_id);

create table half_sign_ins (            -- the password was right; the second step is awaited
  id uuid primary key,
  browser_hash bytea not null,
  account_id uuid not null references accounts (id),
  method text not null,
  return_to text,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  used_at timestamptz
);
create index half_sign_ins_browser on half_sign_ins (browser_hash, created_at desc);

create table passkeys (
  id uuid primary key,
  account_id uuid not null references accounts (id),
  credential_id text not null unique,   -- base64url, as the browser says it
  public_key bytea not null,            -- COSE
  sign_count bigint not null default 0,
  transports text[] not null default '{}',
  name text not null,
  backed_up boolean not null default false,
  created_at timestamptz not null,
  last_used_at timestamptz
);
create index passkeys_account on passkeys (account_id);

create table passkey_challenges (
  challenge_hash bytea primary key,
  purpose text not null check (purpose in ('register', 'sign-in', 'prove')),
  account_id uuid references accounts (id),
  browser_hash bytea not null,
  expires_at timestamptz not null
);

create table linked_sign_ins (          -- accounts at other services that open this one (OpenID Connect)
  id uuid primary key,
  account_id uuid not null references accounts (id),
  provider text not null,
  subject text not null,
  label text not null,                  -- what the service calls the person, to recognize it by
  created_at timestamptz not null,
  last_used_at timestamptz,
  unique (provider, subject)
);
create index linked_sign_ins_account on linked_sign_ins (account_id);
