-- Run after every migration, as the owner; safe to repeat. The web role is neither superuser nor owner.
grant usage on schema public to lapel_web, lapel_signer;
grant select, insert, update, delete on all tables in schema public to lapel_web;
revoke all on signing_keys from lapel_web;
revoke update, delete, truncate on audit_events from lapel_web;
revoke update, delete on achievement_versions, signed_credentials from lapel_web;
revoke insert on signed_credentials from lapel_web;
revoke update, delete on pictures from lapel_web;

-- The signing part: reads what it needs to check the right again, writes only what signing makes.
grant select on signing_keys, signing_intents, credentials, achievements, achievement_versions, organizations,
  organization_members, status_lists, batches to lapel_signer;
grant insert, select on signed_credentials to lapel_signer;
grant insert, update on signing_keys to lapel_signer;
grant update (signed_at) on signing_intents to lapel_signer;
grant update (signed_version, signed_json, signed_at, valid_until) on status_lists to lapel_signer;

-- Row-level security on every table of an organization: a session that has not said which organization it works for
-- sees nothing; reading across organizations (one earner's badges, public pages, jobs) is a setting of its own.
do $$
declare t text;
begin
  for t in
    select c.table_name from information_schema.columns c
    join information_schema.tables b on b.table_name = c.table_name and b.table_schema = c.table_schema
    where c.table_schema = 'public' and c.column_name = 'organization_id' and b.table_type = 'BASE TABLE'
  loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format('drop policy if exists organization_scope on %I', t);
    execute format($p$create policy organization_scope on %I using (
      (select current_setting('lapel.across', true)) = 'on'
      or organization_id = (select nullif(current_setting('lapel.organization', true), '')::uuid)
    )$p$, t);
  end loop;
end $$;
