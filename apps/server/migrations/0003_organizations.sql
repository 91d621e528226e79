create table organizations (
  id uuid primary key,
  public_id text not null unique,     -- in the issuer's did:web, for ever
  slug text not null unique,          -- in people's addresses, may change
  name text not null,
  name_skeleton text not null,        -- for look-alikes (SECURITY S54)
  description text not null default '',
  website text,
  contact_email text,
  linkedin_organization_id text,
  logo_hash text references pictures (hash),
  accent text,                        -- #RRGGBB
  credential_label text not null default 'badge' check (credential_label in ('badge', 'micro-credential')),
  claim_link_days integer not null default 90 check (claim_link_days between 7 and 365),
  domain text,
  domain_token text not null,
  domain_confirmed_at timestamptz,
  domain_checked_at timestamptz,
  state text not null default 'active' check (state in ('active', 'held', 'suspended')),
  daily_cap integer not null default 50000,
  created_at timestamptz not null
);

create table organization_slugs (      -- old slugs redirect
  slug text primary key,
  organization_id uuid not null references organizations (id)
);

create table organization_members (
  organization_id uuid not null references organizations (id),
  account_id uuid not null references accounts (id),
  role text not null check (role in ('owner', 'admin', 'designer', 'issuer', 'viewer')),
  created_at timestamptz not null,
  primary key (organization_id, account_id)
);
create index organization_members_account on organization_members (account_id);

create table organization_invitations (
  id uuid primary key,
  organization_id uuid not null references organizations (id),
  email text not null,
  email_canonical text not null,
  role text not null check (role in ('owner', 'admin', 'designer', 'issuer', 'viewer')),
  token_hash bytea not null unique,
  invited_by uuid not null references accounts (id),
  created_at timestamptz not null,
  expires_at timestamptz not null,
  answered_at timestamptz,
  answer text check (answer in ('joined', 'refused', 'cancelled'))
);
create index organization_invitations_organization on organization_invitations (organization_id);

-- Only the signing role reads private keys; see grants.
create table signing_keys (
  id uuid primary key,
  organization_id uuid not null references organizations (id),
  verification_method text not null,   -- did:web:…#z6Mk…
  public_key_multibase text not null,
  sealed_private_key bytea not null,   -- AES-256-GCM under a data key of its own
  wrapped_data_key bytea not null,     -- the data key under the key encryption key
  state text not null default 'active' check (state in ('active', 'retired', 'revoked')),
  created_at timestamptz not null,
  retired_at timestamptz,
  revoked_at timestamptz
);
create index signing_keys_organization on signing_keys (organization_id, state);
-- The public half, for did.json and verifying.
create view signing_key_publics as
  select id, organization_id, verification_method, public_key_multibase, state, created_at, retired_at, revoked_at
  from signing_keys;
