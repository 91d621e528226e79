-- The address of a batch is unguessable; its number is for people.
alter table batches add column public_id text not null unique default gen_random_uuid()::text;
alter table batches alter column public_id drop default;
-- Why a run waits though it has begun (the organization is held, its daily cap is reached); null while it goes on.
alter table batches add column paused_reason text;
-- Rows that a check has been through, for its progress.
alter table batches add column rows_checked integer not null default 0;
alter table batches add column changed_at timestamptz;
create index batches_running on batches (state) where state in ('checking', 'held', 'sending');
create index batches_source on batches (organization_id, source_hash) where source_hash is not null;
-- Rows whose award is recorded and not finished, and the row of an award.
create index batch_rows_credential on batch_rows (credential_id) where credential_id is not null;
-- The list of what was issued, newest first, and by template.
create index credentials_list on credentials (organization_id, created_at desc, id desc);
create index credentials_by_template on credentials (organization_id, achievement_id, created_at desc);
