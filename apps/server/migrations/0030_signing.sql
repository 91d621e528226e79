-- One key signs at a time; the sealed private key is bound to its number within the organization.
alter table signing_keys add column version integer not null default 1;
create unique index signing_keys_one_active on signing_keys (organization_id) where state = 'active';
create unique index signing_keys_version on signing_keys (organization_id, version);

-- An intent that the signer refused for good says why and is not tried again until somebody asks for it.
alter table signing_intents add column refused_at timestamptz;
alter table signing_intents add column refusal text;
drop index signing_intents_open;
create index signing_intents_open on signing_intents (created_at) where signed_at is null and refused_at is null;
-- Counting what an organization signed today (its daily cap).
create index signing_intents_signed on signing_intents (organization_id, signed_at) where signed_at is not null;
grant update (refused_at, refusal) on signing_intents to lapel_signer;

-- Awards whose last step is missing: what the recovery job picks up.
create index credentials_intended on credentials (created_at) where lifecycle = 'intended';
create index status_lists_due on status_lists (valid_until);
