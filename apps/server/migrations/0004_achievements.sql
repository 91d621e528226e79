create table achievements (
  id uuid primary key,
  organization_id uuid not null references organizations (id),
  public_id text not null unique,      -- in credentials
  slug text not null,                  -- in /t/{org}/{slug}
  state text not null default 'draft' check (state in ('draft', 'published', 'archived')),
  draft jsonb not null,                -- the content being edited, same shape as achievement_versions.content
  draft_saved_at timestamptz not null,
  current_version integer,             -- null until published
  created_by uuid references accounts (id),
  created_at timestamptz not null,
  unique (organization_id, slug),
  unique (organization_id, id)
);

create table achievement_versions (    -- immutable
  organization_id uuid not null,
  achievement_id uuid not null,
  version integer not null,
  content jsonb not null,              -- name, description, outcomes, criteria, skills, alt text, expiry, … (achievements/content.ts)
  content_hash text not null,
  picture_png_hash text not null references pictures (hash),
  picture_svg_hash text references pictures (hash),
  published_at timestamptz not null,
  published_by uuid references accounts (id),
  primary key (achievement_id, version),
  foreign key (organization_id, achievement_id) references achievements (organization_id, id)
);
