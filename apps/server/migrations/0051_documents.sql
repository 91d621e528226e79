-- Digital parchments: certificates, transcripts and letters as signed PDFs, each for one person. The files lie in the file
-- store; a document is only ever seen by its issuer, its owner, and whoever has one of the owner's links.
create table documents (
  id uuid primary key,
  public_id text not null unique,
  organization_id uuid not null references organizations (id),
  kind text not null check (kind in ('certificate', 'transcript', 'letter', 'other')),
  title text not null,
  document_date text not null,         -- a day as the issuer states it, 2026-03-04
  recipient_name text not null,
  recipient_email text not null,
  recipient_email_canonical text not null,
  account_id uuid references accounts (id),
  credential_id uuid,                  -- the matching badge
  original_hash text not null,         -- as uploaded
  original_size integer not null,
  pages integer not null,
  file_hash text,                      -- as signed; null until then
  file_size integer,
  -- three independent fields
  state text not null default 'intended' check (state in ('intended', 'issued', 'failed')),
  decision text not null default 'waiting' check (decision in ('waiting', 'accepted', 'rejected', 'automatic')),
  validity text not null default 'live' check (validity in ('live', 'withdrawn', 'replaced')),
  delivery text not null default 'queued' check (delivery in ('queued', 'sent', 'delivered', 'bounced', 'suppressed', 'failed')),
  notify boolean not null default true,
  withdrawal jsonb,                    -- {publicText, note}
  replaced_by uuid references documents (id),
  created_at timestamptz not null,
  issued_at timestamptz,
  decided_at timestamptz,
  withdrawn_at timestamptz,
  created_by uuid references accounts (id),
  unique (organization_id, id),
  foreign key (organization_id, credential_id) references credentials (organization_id, id)
);
create index documents_account on documents (account_id, issued_at desc);
create index documents_recipient on documents (recipient_email_canonical) where account_id is null;
create index documents_organization on documents (organization_id, created_at desc, id desc);
create index documents_file on documents (file_hash);
create index documents_credential on documents (credential_id) where credential_id is not null;
create index documents_intended on documents (created_at) where state = 'intended';

create table document_claims (         -- links from mails; they prove the mailbox once and never accept by themselves
  id uuid primary key,
  organization_id uuid not null,
  document_id uuid not null,
  token_hash bytea not null unique,
  email text not null,
  email_canonical text not null,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  foreign key (organization_id, document_id) references documents (organization_id, id)
);
create index document_claims_document on document_claims (document_id);

create table document_pages (          -- pictures of pages with the words on them, made once per signed file
  organization_id uuid not null,
  document_id uuid not null,
  number integer not null,
  picture_hash text not null,          -- in the file store
  width integer not null,
  height integer not null,
  words jsonb not null,
  primary key (document_id, number),
  foreign key (organization_id, document_id) references documents (organization_id, id)
);

create table document_events (         -- the history that owner and issuer see
  id uuid primary key,
  organization_id uuid not null,
  document_id uuid not null,
  kind text not null,                  -- 'issued', 'accepted', 'shared', 'withdrawn', …
  actor_account_id uuid,
  at timestamptz not null,
  foreign key (organization_id, document_id) references documents (organization_id, id)
);
create index document_events_document on document_events (document_id, at);

-- The owner's links lead to documents too.
alter table share_links drop constraint share_links_kind_check;
alter table share_links add constraint share_links_kind_check check (kind in ('badge', 'collection', 'document'));
alter table share_links add column document_id uuid references documents (id);
alter table share_links add constraint share_links_document check ((kind = 'document') = (document_id is not null));
create index share_links_document on share_links (document_id) where revoked_at is null;
