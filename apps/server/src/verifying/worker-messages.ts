import type { VerificationReport } from '@lapel/openbadges'

/** What the thread asks of the main one, since it reaches nothing itself. */
export type Question =
  | { kind: 'load'; url: string; accept: string; maxBytes: number }
  | { kind: 'issuer'; id: string }
  | { kind: 'known'; id: string }

export type Task =
  | { kind: 'verify'; input: string | Uint8Array; nowMs: number; expectedRecipient: string | undefined }
  | { kind: 'read-texts'; input: string | Uint8Array }
  | { kind: 'read-qr'; pixels: Uint8Array; width: number; height: number }

export type ToWorker =
  | (Task & { job: number })
  | { kind: 'answer'; call: number; value: unknown }
  | { kind: 'answer'; call: number; error: string }

export type FromWorker =
  | { kind: 'ready' }
  | { kind: 'ask'; job: number; call: number; question: Question }
  | { kind: 'reports'; job: number; reports: VerificationReport[] }
  | { kind: 'qr'; job: number; text: string | undefined }
  | { kind: 'texts'; job: number; texts: string[] }
  | { kind: 'failed'; job: number; error: string }
