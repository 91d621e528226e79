import type { Ctx } from '../platform/http/context.ts'

/** The page that an address asks for, counted from 1; the first for anything that is no number. */
export function pageNumber(c: Ctx): number {
  const typed = c.req.query('page') ?? ''
  return /^[1-9]\d{0,4}$/.test(typed) ? Number(typed) : 1
}
