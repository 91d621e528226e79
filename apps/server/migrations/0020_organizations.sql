-- Why an organization is on hold: the name that its own looks like (SECURITY S54). Kept after the hold was lifted.
alter table organizations add column hold_looks_like text;
alter table organizations add column hold_lifted_at timestamptz;
-- How the domain was proven last, and since when checks fail, for a grace of days before the label is lowered (S55).
alter table organizations add column domain_method text check (domain_method in ('dns', 'file'));
alter table organizations add column domain_failing_since timestamptz;
create index organizations_name_skeleton on organizations (name_skeleton);
create index organizations_domain_due on organizations (domain_checked_at) where domain_confirmed_at is not null;
create index organization_slugs_organization on organization_slugs (organization_id);
