-- Badges that were issued elsewhere and that their owner keeps here, with what the checker found.
create table imported_badges (
  id uuid primary key,
  public_id text not null unique,
  account_id uuid not null references accounts (id),
  content_hash bytea not null,
  body text not null,                   -- as it was found: JSON or a compact JWS
  name text not null,
  issuer_name text not null,
  awarded_on text,                      -- a day, where the badge names one
  valid_until timestamptz,
  picture_hash text references pictures (hash),
  source text not null check (source in ('file', 'text', 'address')),
  verdict text not null,
  report jsonb not null,
  created_at timestamptz not null,
  checked_at timestamptz not null,
  unique (account_id, content_hash)
);
create index imported_badges_account on imported_badges (account_id, created_at desc);
create index imported_badges_checked on imported_badges (checked_at);
