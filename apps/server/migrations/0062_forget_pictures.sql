-- Pictures are immutable for the program. A picture of a person who left goes through this one door, which opens only for
-- pictures that nothing names any more: no row that refers to it, and no draft that still holds its hash.
create function forget_picture(picture text) returns void
language plpgsql security definer set search_path = public, pg_temp set lapel.across = 'on' as $$
begin
  if exists (select 1 from achievements where draft::text like '%' || picture || '%')
    or exists (select 1 from credentials where snapshot->>'picturePngHash' = picture)
  then return; end if;
  delete from pictures where hash = picture;
exception when foreign_key_violation then
  null; -- something else shows the same picture
end $$;
revoke all on function forget_picture(text) from public;
grant execute on function forget_picture(text) to lapel_web;
