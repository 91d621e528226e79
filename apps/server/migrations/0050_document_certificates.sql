-- The operator's certificates that documents are signed with. One from files is listed by its public part, so that what it
-- signed is recognized later; the one that Lapel makes itself keeps its key here, sealed, for all processes.
create table document_certificates (
  fingerprint text primary key,        -- SHA-256 of the certificate, hex
  certificate bytea not null,          -- X.509, DER
  sealed_key bytea,                    -- PKCS#8, sealed; null when the key lies in the operator's file
  is_own boolean not null,             -- made here, signed by itself
  created_at timestamptz not null
);
create unique index document_certificates_own on document_certificates (is_own) where is_own;

-- PDF certificates as they were drawn and signed, one per badge and paper; another version draws it anew.
create table certificate_files (
  organization_id uuid not null,
  credential_id uuid not null,
  paper text not null check (paper in ('a4', 'letter')),
  version text not null,               -- hash of everything that is in it
  file_hash text not null,
  made_at timestamptz not null,
  primary key (credential_id, paper),
  foreign key (organization_id, credential_id) references credentials (organization_id, id)
);
