-- What the owner of a badge decided about single evidence items, by their id: {"…": false} is not shown. An item that
-- is not named here is shown as the issuer meant it. What was signed is not touched by this.
alter table credentials add column evidence_choices jsonb not null default '{}';

-- The snapshot as others may see it.
create function shown_snapshot(snapshot jsonb, choices jsonb) returns jsonb
language sql immutable parallel safe
return case when choices = '{}'::jsonb then snapshot else jsonb_set(snapshot, '{evidence}', coalesce((
  select jsonb_agg(
    case when choices ? (item ->> 'id') then jsonb_set(item, '{isPublic}', choices -> (item ->> 'id')) else item end
    order by position
  )
  from jsonb_array_elements(snapshot -> 'evidence') with ordinality as e (item, position)
), '[]'::jsonb)) end;
