-- Organizations with minors (SECURITY S59): since when nothing that they issue is shown outside. null: the holder decides.
alter table organizations add column sharing_off_since timestamptz;

-- Days on which an unanswered badge is mentioned again, and days before its end on which the owner is told. Empty: never.
alter table organizations add column reminder_days integer[] not null default '{3,10,30}'
  check (cardinality(reminder_days) <= 3 and 1 <= all (reminder_days) and 59 >= all (reminder_days));
alter table organizations add column ending_days integer[] not null default '{60,14}'
  check (cardinality(ending_days) <= 2 and 1 <= all (ending_days) and 180 >= all (ending_days));

-- The log of disclosures is a part of the audit trail; an owner pages through it.
create index audit_events_records on audit_events (organization_id, id desc) where action like 'record.%';

-- The age that somebody said to have reached, where the operator asks; never a date of birth.
alter table registrations add column confirmed_age integer;
