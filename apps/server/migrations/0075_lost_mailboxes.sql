-- What somebody says who can no longer open the mailbox that badges were sent to. Nothing is passed on to an issuer before
-- the new address is proved.
create table lost_mailboxes (
  id uuid primary key,
  old_email text not null,
  old_email_canonical text not null,
  new_email text not null,
  new_email_canonical text not null,
  name text not null,
  note text not null,
  account_id uuid references accounts (id),         -- who was signed in when it was said
  credential_id uuid references credentials (id),   -- said on the page of one badge: about that one only
  proof_hash bytea unique,                          -- of the link that proves the new mailbox
  locale text not null,
  created_at timestamptz not null,
  expires_at timestamptz not null,                  -- last moment to prove the new mailbox
  proved_at timestamptz
);
create index lost_mailboxes_account on lost_mailboxes (account_id);

-- The same as one issuer sees it: its own awards to the old address, and nobody else's.
create table rebindings (
  id uuid primary key,
  public_id text not null unique,
  organization_id uuid not null references organizations (id),
  lost_mailbox_id uuid not null references lost_mailboxes (id),
  old_email_canonical text not null,
  new_email_canonical text not null,
  state text not null default 'open'
    check (state in ('open', 'waiting', 'done', 'refused', 'objected', 'lapsed')),
  answer text,                                      -- why it was refused
  objection_hash bytea unique,                      -- of the link that the old address gets
  takes_effect_at timestamptz,
  created_at timestamptz not null,
  expires_at timestamptz not null,                  -- last moment to vouch
  closed_at timestamptz,
  closed_by uuid references accounts (id),
  unique (organization_id, id),
  unique (organization_id, lost_mailbox_id)
);
-- Asking twice is asking once.
create unique index rebindings_open on rebindings (organization_id, old_email_canonical, new_email_canonical)
  where state in ('open', 'waiting');
create index rebindings_due on rebindings (takes_effect_at) where state = 'waiting';

create table rebinding_awards (
  organization_id uuid not null,
  rebinding_id uuid not null,
  credential_id uuid not null,
  holder_id uuid references accounts (id),          -- whose account held it when the second member vouched
  successor_id uuid references credentials (id),
  primary key (rebinding_id, credential_id),
  foreign key (organization_id, rebinding_id) references rebindings (organization_id, id),
  foreign key (organization_id, credential_id) references credentials (organization_id, id)
);

-- Two places and one per member: the database itself lets nobody vouch twice.
create table rebinding_vouches (
  organization_id uuid not null,
  rebinding_id uuid not null,
  place smallint not null check (place in (1, 2)),
  account_id uuid not null references accounts (id),
  how text not null,                                -- how the member checked who asks
  at timestamptz not null,
  primary key (rebinding_id, place),
  unique (rebinding_id, account_id),
  foreign key (organization_id, rebinding_id) references rebindings (organization_id, id)
);

alter table correction_requests add column closed_by uuid references accounts (id);
