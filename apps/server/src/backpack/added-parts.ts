import type { Ctx } from '../platform/http/context.ts'
import type { Html } from '../platform/http/html.ts'
import type { BackpackQuery } from './filter-badges.ts'

/** What a later feature shows on the dashboard; `null` when there is nothing. */
export type DashboardPart = (c: Ctx, accountId: string) => Promise<Html | null>
/** What a later feature shows below the details of a badge, to its owner. */
export type BadgePart = (c: Ctx, accountId: string, credentialId: string) => Promise<Html | null>

/** What a later feature shows below the list of badges; it is searched and filtered like the list. */
export type BackpackPart = (c: Ctx, accountId: string, query: BackpackQuery) => Promise<Html | null>

const backpack = new Map<string, BackpackPart>()
/** What waits for the person stands before everything that does not. */
const dashboard = new Map<string, { part: DashboardPart; isWaiting: boolean }>()
const badge = new Map<string, BadgePart>()

/** Called by a feature when its routes are made; the name keeps one part from standing there twice. */
export function addDashboardPart(
  name: string,
  part: DashboardPart,
  { isWaiting = false }: { isWaiting?: boolean } = {},
): void {
  dashboard.set(name, { part, isWaiting })
}

export function addBadgePart(name: string, part: BadgePart): void {
  badge.set(name, part)
}

export function addBackpackPart(name: string, part: BackpackPart): void {
  backpack.set(name, part)
}

export async function backpackParts(c: Ctx, accountId: string, query: BackpackQuery): Promise<Html[]> {
  return present(await Promise.all([...backpack.values()].map((part) => part(c, accountId, query))))
}

export async function dashboardParts(c: Ctx, accountId: string): Promise<{ waiting: Html[]; others: Html[] }> {
  const of = async (isWaiting: boolean) => {
    const parts = [...dashboard.values()].filter((added) => added.isWaiting === isWaiting)
    return present(await Promise.all(parts.map(({ part }) => part(c, accountId))))
  }
  const [waiting, others] = await Promise.all([of(true), of(false)])
  return { waiting, others }
}

export async function badgeParts(c: Ctx, accountId: string, credentialId: string): Promise<Html[]> {
  return present(await Promise.all([...badge.values()].map((part) => part(c, accountId, credentialId))))
}

function present(parts: readonly (Html | null)[]): Html[] {
  return parts.filter((part) => part !== null)
}
