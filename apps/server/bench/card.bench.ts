// How long the picture beside a shared link takes when no earlier one can be used.
import { rasterize } from '../src/platform/pictures/raster.ts'
import { drawSocialCard } from '../src/sharing/social-card.ts'
import { medianOf, timesOf } from './times.ts'

const most = 150

export async function bench() {
  const svg =
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100"><path d="M50 3 91 26v48L50 97 9 74V26Z" fill="#0B5563" stroke="#A9741A" stroke-width="3"/></svg>'
  const picture = { bytes: await rasterize(svg, 1024), type: 'image/png' as const }
  const card = (round: number) =>
    drawSocialCard({
      picture,
      badgeName: `Data Storytelling ${round}`,
      issuerName: 'Northfield College',
      recipientName: 'Maya Roy',
      productName: 'Lapel',
      words: { issuedBy: 'Issued by', earnedBy: 'Earned by' },
    })
  const times = await timesOf(card, { warmUp: 5, rounds: 40 })
  return {
    rows: [
      {
        id: 'card-ms',
        what: 'the picture of a shared link, drawn on its thread',
        ratio: medianOf(times),
        to: 'ms',
        floor: 0,
        ceiling: most,
      },
    ],
    notes: [`link picture: slowest of 40 ${Math.round(times.at(-1) ?? 0)} ms`],
  }
}
