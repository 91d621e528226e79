import type { Deps } from '../platform/deps.ts'
import { fileStore } from '../platform/files/file-store.ts'
import { withPdf } from '../platform/pdf/pdf-reader.ts'
import * as store from './store.ts'

/** More pages than this are read in the PDF itself. */
export const mostDrawnPages = 40

/** Makes the pictures that the viewer shows; pages that are there stay. */
export async function drawPages(deps: Pick<Deps, 'config' | 'db'>, documentId: string): Promise<void> {
  const document = await store.documentById(deps.db, documentId)
  if (!document?.fileHash) return
  const done = new Set((await store.pagesOf(deps.db, documentId)).map(({ number }) => number))
  const wanted = Array.from({ length: Math.min(document.pages, mostDrawnPages) }, (_, index) => index + 1).filter(
    (number) => !done.has(number),
  )
  if (wanted.length === 0) return
  const files = fileStore(deps.config)
  const bytes = await files.read(document.fileHash)
  if (!bytes) throw new Error(`The file of the document ${documentId} is missing`)
  await withPdf(bytes, async (reader) => {
    for (const number of wanted) {
      const { picture, width, height, words } = await reader.ask({ kind: 'page', number })
      const { hash } = await files.keep(picture)
      await store.insertPage(deps.db, {
        organizationId: document.organizationId,
        documentId,
        number,
        pictureHash: hash,
        width,
        height,
        words,
      })
    }
  })
}
