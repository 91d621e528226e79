-- Suggestions on the dashboard that the person does not want to see again.
alter table accounts add column dismissed_hints text[] not null default '{}';
