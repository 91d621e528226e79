create table claims (                   -- links from mails; reading one proves the mailbox once
  id uuid primary key,
  organization_id uuid not null,
  credential_id uuid not null,
  token_hash bytea not null unique,
  email text not null,
  email_canonical text not null,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  refused_at timestamptz,               -- "This badge is not for me"
  died_at timestamptz,                  -- replaced by a fresh link, or the address was corrected
  foreign key (organization_id, credential_id) references credentials (organization_id, id)
);
create index claims_credential on claims (credential_id);

create table correction_requests (
  id uuid primary key,
  organization_id uuid not null,
  credential_id uuid not null,
  kind text not null check (kind in ('name', 'date', 'address', 'other')),
  requested text not null,              -- what it should say
  message text not null default '',
  from_account_id uuid,
  state text not null default 'open' check (state in ('open', 'done', 'refused')),
  answer text,
  created_at timestamptz not null,
  closed_at timestamptz,
  foreign key (organization_id, credential_id) references credentials (organization_id, id)
);
create index correction_requests_open on correction_requests (organization_id, state, created_at);
