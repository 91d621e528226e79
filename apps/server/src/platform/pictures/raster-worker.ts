import { parentPort } from 'node:worker_threads'
import { Resvg } from '@resvg/resvg-js'
import { fontFile } from './lettering.ts'

// The drawing thread of raster.ts: one picture after the other.
parentPort?.on('message', ({ id, svg, width }: { id: number; svg: string; width: number }) => {
  try {
    const picture = new Resvg(svg, {
      fitTo: { mode: 'width', value: width },
      // Our own pictures hold outlines and need no face; an uploaded one may hold text.
      font: /<text\b/i.test(svg)
        ? {
            loadSystemFonts: false,
            fontFiles: [fontFile('sans'), fontFile('sans-semibold')],
            defaultFontFamily: 'Noto Sans',
          }
        : { loadSystemFonts: false },
    })
    const png = new Uint8Array(picture.render().asPng())
    parentPort?.postMessage({ id, png }, [png.buffer])
  } catch (error) {
    parentPort?.postMessage({ id, problem: error instanceof Error ? error.message : String(error) })
  }
})
