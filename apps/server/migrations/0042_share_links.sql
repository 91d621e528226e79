-- Links that an earner gives to chosen people; they work whoever else may see the badge.
create table share_links (
  id uuid primary key,
  account_id uuid not null references accounts (id),
  kind text not null check (kind in ('badge', 'collection')),
  credential_id uuid references credentials (id),
  collection_id uuid,
  token_hash bytea not null unique,
  sealed_token bytea not null,          -- encrypted, so that the owner can copy the link again
  name text not null,
  pin_hash bytea,                       -- keyed hash, bound to the link
  pin_failures integer not null default 0,
  pin_blocked_until timestamptz,
  allows_download boolean not null default false,
  ends_at timestamptz,                  -- null: until it is revoked
  opens integer not null default 0,
  last_opened_at timestamptz,
  created_at timestamptz not null,
  revoked_at timestamptz,
  check ((kind = 'badge') = (credential_id is not null)),
  check ((kind = 'collection') = (collection_id is not null))
);
create index share_links_account on share_links (account_id, created_at desc);
create index share_links_credential on share_links (credential_id) where revoked_at is null;

create table collections (
  id uuid primary key,
  account_id uuid not null references accounts (id),
  public_id text not null unique,
  slug text not null,                   -- in /u/{handle}/c/{slug}
  name text not null,
  description text not null default '',
  visibility text not null default 'private' check (visibility in ('private', 'link', 'public')),
  created_at timestamptz not null,
  updated_at timestamptz not null,
  unique (account_id, slug)
);

create table collection_items (
  collection_id uuid not null references collections (id) on delete cascade,
  credential_id uuid not null references credentials (id),
  position integer not null,
  note text not null default '',
  primary key (collection_id, credential_id)
);
create index collection_items_credential on collection_items (credential_id);
alter table share_links add foreign key (collection_id) references collections (id) on delete cascade;
