import { defineJob } from '../platform/jobs/jobs.ts'

/** Signs one document and does what follows from it. */
export const issueDocumentJob = defineJob<{ documentId: string }>('documents.issue', {
  concurrency: 1,
  leaseS: 30,
  retryDelayMaxS: 300,
})

/** Makes the pictures of a document's pages. */
export const drawPagesJob = defineJob<{ documentId: string }>('documents.draw', {
  concurrency: 1,
  leaseS: 60,
  deduped: true,
  // A file that our reader cannot draw stays so; its PDF is there.
  retryLimit: 3,
  retryDelayMaxS: 60,
})

/** Finds documents that were taken in and not signed: after a crash, or after an operator's certificate was mended. */
export const recoverDocumentsJob = defineJob<Record<string, never>>('documents.recover', {
  concurrency: 1,
  leaseS: 10,
  deduped: true,
  retryLimit: 0,
  schedule: '*/5 * * * *',
  atStart: true,
})
