-- Results of checks that somebody asked to keep a link to; kept 30 days.
create table check_results (
  id text primary key,                 -- public id
  report jsonb not null,               -- what the checker answered, without the file itself
  source_name text,                    -- file name or host, as the page showed it
  created_at timestamptz not null,
  expires_at timestamptz not null
);
create index check_results_age on check_results (expires_at);
