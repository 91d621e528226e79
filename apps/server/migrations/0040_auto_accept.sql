-- Standing consent of a person: badges of this organization are taken without a click. It can be ended at any time.
create table auto_accepts (
  account_id uuid not null references accounts (id),
  organization_id uuid not null references organizations (id),
  given_at timestamptz not null,
  ended_at timestamptz,
  primary key (account_id, organization_id)
);
