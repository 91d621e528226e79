-- What a person says about themselves; nobody sees it until the person switches it on.
create table profiles (
  account_id uuid primary key references accounts (id),
  handle text not null unique,          -- in /u/{handle}; lower case
  is_visible boolean not null default false,
  allows_search_engines boolean not null default false,
  shows_full_name boolean not null default true,
  headline text not null default '',
  place text not null default '',
  bio text not null default '',
  links jsonb not null default '[]',    -- [{label, url}]
  updated_at timestamptz not null
);

create table former_handles (           -- old handles redirect
  handle text primary key,
  account_id uuid not null references accounts (id)
);
