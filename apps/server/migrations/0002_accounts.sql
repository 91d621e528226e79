create table accounts (
  id uuid primary key,
  given_name text not null,
  family_name text not null,
  country text,                       -- ISO 3166-1 alpha-2
  password_hash text,                 -- argon2id; null when the person signs in otherwise
  locale text not null default 'en',
  theme text not null default 'system',
  time_zone text,
  merged_into uuid references accounts (id),
  closed_at timestamptz,
  created_at timestamptz not null
);

-- A registration is a record of its own until its mailbox is proven: it owns nothing (SECURITY S1).
create table registrations (
  id uuid primary key,
  browser_hash bytea not null,        -- the browser that began it
  email text not null,
  email_canonical text not null,
  given_name text not null,
  family_name text not null,
  country text,
  password_hash text not null,
  locale text not null,
  wants_news boolean not null default false,
  terms_version text not null,
  return_to text,                     -- own path only
  code_failures integer not null default 0,
  state text not null default 'pending' check (state in ('pending', 'activated', 'dead')),
  created_at timestamptz not null,
  expires_at timestamptz not null
);
create index registrations_email on registrations (email_canonical, state);

create table codes (
  id uuid primary key,
  purpose text not null,              -- 'activate', 'confirm-address', 'sign-in', …
  subject_id uuid not null,           -- the registration, or the pending address
  code_hash bytea not null,           -- keyed hash, bound to purpose and subject
  link_hash bytea,                    -- hash of the token in the mail's link
  created_at timestamptz not null,
  expires_at timestamptz not null,
  used_at timestamptz
);
create index codes_subject on codes (purpose, subject_id);
create unique index codes_link on codes (link_hash);

create table account_emails (         -- proven doors to an account
  id uuid primary key,
  account_id uuid not null references accounts (id),
  email text not null,
  email_canonical text not null unique,
  is_primary boolean not null default false,
  confirmed_at timestamptz not null,
  bounced_at timestamptz
);
create index account_emails_account on account_emails (account_id);
create unique index account_emails_primary on account_emails (account_id) where is_primary;

create table sessions (
  id uuid primary key,
  token_hash bytea not null unique,
  account_id uuid not null references accounts (id),
  user_agent text not null default '',
  network text not null default '',   -- /24 or /48 of the client, for the person to recognize
  created_at timestamptz not null,
  last_seen_at timestamptz not null,
  proved_at timestamptz not null,     -- last time the person proved who they are
  expires_at timestamptz not null,
  ended_at timestamptz
);
create index sessions_account on sessions (account_id) where ended_at is null;

create table password_resets (
  id uuid primary key,
  account_id uuid not null references accounts (id),
  token_hash bytea not null unique,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  used_at timestamptz
);

create table consents (
  id uuid primary key,
  account_id uuid not null references accounts (id),
  purpose text not null,              -- 'terms', 'privacy', 'news'
  version text not null,
  locale text not null,
  given_at timestamptz not null,
  withdrawn_at timestamptz
);
create index consents_account on consents (account_id, purpose);
