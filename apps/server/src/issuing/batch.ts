import type { Selectable } from 'kysely'
import type { BatchesTable, BatchRowsTable } from '../platform/database/schema.ts'
import type { DateOrder } from './cell-dates.ts'
import type { ColumnField, ColumnMapping } from './columns.ts'
import type { Delimiter, Encoding } from './read-table.ts'

/** Where the people of a batch come from and how their list is read. */
export interface BatchSource {
  kind?: 'file' | 'paste'
  encoding?: Encoding
  delimiter?: Delimiter
  hasHeading?: boolean
  /** The heading, or `null` for a list without one. */
  heading?: string[] | null
  /** Up to three filled values of each column. */
  samples?: string[][]
  mapping?: ColumnMapping
  dateOrder?: DateOrder
  /** A date that could be two days, when the issuer has to say which. */
  dateExample?: { cell: string; dmy: string; mdy: string }
  /** What was typed about one person while who types it had to prove again who they are. */
  person?: Record<string, string>
}

/** What holds for everybody in a batch unless a column says otherwise. */
export interface BatchSettings {
  /** `2026-03-04`; left out: the day of issuing. */
  awardedOn?: string
  /** `template` follows the badge template's rule. */
  expiry?: 'template' | 'never' | 'on'
  validUntil?: string
  narrative?: string
  evidenceUrl?: string
  evidenceName?: string
  notify?: boolean
  /** ISO moment from which it may be sent. */
  scheduledAt?: string
}

export type Batch = Omit<Selectable<BatchesTable>, 'source' | 'settings'> & {
  source: BatchSource
  settings: BatchSettings
}

/** A row that can be issued, as the check read it. */
export interface CheckedPerson {
  name: string
  email: string
  emailCanonical: string
  reference?: string
  awardedOn?: string
  /** Last day; left out: by the settings of the batch. */
  validUntil?: string
  narrative?: string
  evidenceUrl?: string
  evidenceName?: string
}

export type RowField = ColumnField

export const rowProblems = [
  'email-missing',
  'email-invalid',
  'email-no-ending',
  'name-missing',
  'text-too-long',
  'date-unreadable',
  'date-future',
  'expiry-before-issue',
  'url-invalid',
  'evidence-missing',
  'unreadable-letters',
  'refused-by-standard',
] as const
export type RowProblemCode = (typeof rowProblems)[number]

export const rowWarnings = [
  'already-has',
  'duplicate-in-list',
  'revoked-before',
  'address-bounced',
  'domain-typo',
  'garbled',
  'already-expired',
] as const
export type RowWarningCode = (typeof rowWarnings)[number]

export interface RowProblem {
  field: RowField
  code: RowProblemCode
  /** As it stands in the list, cut to a readable length. */
  value: string
  values?: Record<string, string | number>
}
export interface RowWarning {
  field: RowField
  code: RowWarningCode
  values?: Record<string, string | number>
}

/** Warnings that leave a row out unless the issuer says otherwise. */
export const skippingWarnings: ReadonlySet<RowWarningCode> = new Set(['already-has', 'duplicate-in-list'])

export type RowFixes = Partial<Record<RowField, string>>

export type BatchRow = Omit<Selectable<BatchRowsTable>, 'cells' | 'fixes' | 'person' | 'problems' | 'warnings'> & {
  cells: string[]
  fixes: RowFixes
  person: CheckedPerson | null
  problems: RowProblem[]
  warnings: RowWarning[]
}
