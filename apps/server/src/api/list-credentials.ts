import { sql } from 'kysely'
import type { Db } from '../platform/database/database.ts'

/**
 * The signed badges of an account: those awarded here that it accepted, and Open Badges 3.0 from elsewhere, each as it
 * was signed; newest first. Badges of an organization that switched sharing off go to nobody (SECURITY S59), so to no app.
 *
 * @param o.since only those issued after it.
 */
export async function listCredentials(
  db: Db,
  o: { accountId: string; limit: number; offset: number; since: Date | undefined },
): Promise<{ total: number; bodies: string[] }> {
  const since = o.since ?? null
  // Which badges, without their bodies: those are read for the one page that was asked for.
  const all = sql`
    select 'own' as kind, c.id, coalesce(c.issued_at, c.valid_from) as at
    from credentials c
    where c.account_id = ${o.accountId} and c.decision in ('accepted', 'automatic') and c.lifecycle in ('issued', 'withdrawn')
      and exists (select 1 from signed_credentials s where s.credential_id = c.id and s.format = 'ob3-json')
      and not exists (select 1 from organizations o where o.id = c.organization_id and o.sharing_off_since is not null)
    union all
    select 'elsewhere', i.id, coalesce(i.issued_at, i.created_at) from imported_badges i
    where i.account_id = ${o.accountId} and i.report->'credential'->>'version' = '3.0'`
  const counted = await sql<{ total: number }>`
    select count(*)::int as total from (${all}) as badges where ${since}::timestamptz is null or at > ${since}`.execute(
    db,
  )
  const page = await sql<{ body: string }>`
    select case kind when 'own'
      then (select s.body from signed_credentials s where s.credential_id = badges.id and s.format = 'ob3-json'
        order by s.signed_at desc limit 1)
      else (select i.body from imported_badges i where i.id = badges.id) end as body
    from (
      select kind, id, at from (${all}) as badges where ${since}::timestamptz is null or at > ${since}
      order by at desc, id desc limit ${o.limit} offset ${o.offset}
    ) as badges order by at desc, id desc`.execute(db)
  return { total: counted.rows[0]?.total ?? 0, bodies: page.rows.map(({ body }) => body) }
}

/**
 * The answer to `getCredentials`, with every body letter by letter as it was signed. The data model calls the second
 * list `compactJwsString`; the sample in the text of the specification, which has an `s` more, is a mistake there.
 */
export function credentialsText(bodies: readonly string[]): string {
  const isJson = (body: string) => body.trimStart().startsWith('{')
  const credentials = bodies.filter(isJson).join(',')
  const tokens = JSON.stringify(bodies.filter((body) => !isJson(body)))
  return `{"credential":[${credentials}],"compactJwsString":${tokens}}`
}

/** RFC 8288; `next` while there is more, `prev` unless it is the first, `first` and `last` always. */
export function pageLinks(
  address: string,
  o: { limit: number; offset: number; total: number; since: string | undefined },
): string {
  const at = (offset: number) => {
    const query = new URLSearchParams({ limit: String(o.limit), offset: String(offset) })
    if (o.since !== undefined) query.set('since', o.since)
    return `<${address}?${query}>`
  }
  const last = o.total === 0 ? 0 : Math.floor((o.total - 1) / o.limit) * o.limit
  return [
    ...(o.offset + o.limit < o.total ? [`${at(o.offset + o.limit)}; rel="next"`] : []),
    `${at(last)}; rel="last"`,
    `${at(0)}; rel="first"`,
    ...(o.offset > 0 ? [`${at(Math.max(0, o.offset - o.limit))}; rel="prev"`] : []),
  ].join(', ')
}
