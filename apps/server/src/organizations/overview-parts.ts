import type { Ctx } from '../platform/http/context.ts'
import type { Html } from '../platform/http/html.ts'
import type { ConsoleContext } from './console.ts'

/** A part of the overview that another feature brings, such as running batches; `null` when there is nothing to show. */
export type OverviewPart = (c: Ctx, context: ConsoleContext) => Promise<Html | null>

const parts = new Map<string, OverviewPart>()

/** Called by a feature when its routes are made; the name keeps one part from standing there twice. */
export function addOverviewPart(name: string, part: OverviewPart): void {
  parts.set(name, part)
}

export function overviewParts(): OverviewPart[] {
  return [...parts.values()]
}
