-- What a person chooses about their profile beyond what the page shows.
alter table profiles
  add column picture_hash text references pictures (hash),
  add column social jsonb not null default '[]',            -- [{network, url}]
  add column badge_visibility text not null default 'private' check (badge_visibility in ('private', 'link', 'public')),
  add column credential_name text;                          -- how the name is to stand on future badges; null: as in the account

-- Optional mail and the list of news in the account: one row where the person chose other than the default.
create table notification_choices (
  account_id uuid not null references accounts (id),
  event text not null,
  by_mail boolean not null,
  in_app boolean not null,
  primary key (account_id, event)
);
create table notification_settings (
  account_id uuid primary key references accounts (id),
  digest text not null default 'none' check (digest in ('none', 'daily', 'weekly')),
  mail_locale text,                                         -- null: the account's language
  digest_sent_at timestamptz
);
create table notifications (
  id uuid primary key,
  account_id uuid not null references accounts (id),
  event text not null,
  words text not null,                                      -- one sentence in the language of that moment
  path text not null,                                       -- own path that it leads to
  created_at timestamptz not null,
  read_at timestamptz
);
create index notifications_account on notifications (account_id, created_at desc);
create index notifications_unread on notifications (account_id) where read_at is null;
create index notifications_age on notifications (created_at);

create table digest_items (                                 -- optional mail that waits for the day's or the week's one
  id uuid primary key,
  account_id uuid not null references accounts (id),
  event text not null,
  words text not null,
  path text not null,
  subject_kind text,
  subject_id uuid,
  created_at timestamptz not null
);
create index digest_items_account on digest_items (account_id, created_at);

-- People without an account stop mail too. The address is kept as a keyed hash, since nothing else of them is kept.
create table mail_refusals (
  address_hash bytea not null,
  event text not null,
  refused_at timestamptz not null,
  primary key (address_hash, event)
);

create table personal_tokens (
  id uuid primary key,
  account_id uuid not null references accounts (id),
  name text not null,
  token_hash bytea not null unique,
  scopes text[] not null,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  last_used_at timestamptz,
  revoked_at timestamptz
);
create index personal_tokens_account on personal_tokens (account_id, created_at desc);

-- An organization asks to see a person's profile and to list them. The address is what its team typed; whether it has an
-- account is never told, so the account is found when somebody reads, not when the request is made.
create table people_requests (
  id uuid primary key,
  organization_id uuid not null references organizations (id),
  email text not null,
  email_canonical text not null,
  account_id uuid references accounts (id),                 -- who answered
  wants_profile boolean not null,
  wants_directory boolean not null,
  message text not null default '',
  state text not null default 'requested' check (state in ('requested', 'allowed', 'refused', 'ended', 'cancelled')),
  requested_by uuid references accounts (id),
  requested_at timestamptz not null,
  answered_at timestamptz,
  ended_at timestamptz,
  last_seen_at timestamptz,
  check (wants_profile or wants_directory)
);
create unique index people_requests_open on people_requests (organization_id, email_canonical) where state in ('requested', 'allowed');
create index people_requests_email on people_requests (email_canonical, state);
create index people_requests_account on people_requests (account_id);

create table education_links (
  id uuid primary key,
  account_id uuid not null references accounts (id),
  organization_public_id text,                              -- of an institution on this site
  institution text not null,
  member_number text not null default '',
  sign_in_url text not null default '',
  created_at timestamptz not null
);
create index education_links_account on education_links (account_id, created_at);

create table data_exports (
  id uuid primary key,
  account_id uuid not null references accounts (id),
  state text not null default 'queued' check (state in ('queued', 'building', 'ready', 'failed', 'gone')),
  parts_done integer not null default 0,
  parts_total integer not null default 0,
  file_hash text,
  file_size integer,
  requested_at timestamptz not null,
  ready_at timestamptz,
  expires_at timestamptz
);
create unique index data_exports_open on data_exports (account_id) where state in ('queued', 'building');
create index data_exports_account on data_exports (account_id, requested_at desc);

create table account_deletions (
  account_id uuid primary key references accounts (id),
  requested_at timestamptz not null,
  due_at timestamptz not null,
  erased_at timestamptz
);

-- The audit record is append-only for the program. What it says about a person who left is emptied by this one door,
-- which opens only for accounts that are erased.
create function forget_person(person uuid) returns void
language sql security definer set search_path = public, pg_temp set lapel.across = 'on' as $$
  update audit_events set detail = '{}'
  where (actor_account_id = person or (object_kind = 'account' and object_id = person::text))
    and exists (select 1 from account_deletions d where d.account_id = person and d.erased_at is not null)
$$;
revoke all on function forget_person(uuid) from public;
grant execute on function forget_person(uuid) to lapel_web;
