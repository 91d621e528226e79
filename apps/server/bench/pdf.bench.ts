// How long a certificate takes when no earlier one can be used: drawn, tagged, with the badge inside, signed.
import { rasterize } from '../src/platform/pictures/raster.ts'
import { selfSignedCertificate } from '../src/platform/pdf/document-certificate.ts'
import { signPdf } from '../src/platform/pdf/pades.ts'
import { cloth, drawCertificate } from '../src/sharing/certificate-drawing.ts'
import { flatPicture } from '../src/sharing/certificate-pictures.ts'
import { medianOf, timesOf } from './times.ts'

const people = ['Maya Łukasiewicz', 'Ελένη Παπαδοπούλου', 'عبد الله بن أحمد', '李雪梅', '김하늘', 'สมชาย ใจดี']
const most = 150

export async function bench() {
  const svg =
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100"><path d="M50 3 91 26v48L50 97 9 74V26Z" fill="#0B5563" stroke="#A9741A" stroke-width="3"/></svg>'
  const now = new Date('2026-03-04T12:00:00Z')
  const key = selfSignedCertificate({ commonName: 'Bench', organization: 'Bench', now, years: 1 })
  const { png } = await flatPicture({ hash: 'bench', bytes: await rasterize(svg, 1024) }, { ground: cloth, side: 700 })
  let size = 0
  const certificate = async (round: number) => {
    const name = `${people[round % people.length]} ${round}`
    const pdf = await drawCertificate({
      paper: round % 2 === 0 ? 'a4' : 'letter',
      lang: 'en-CA',
      title: 'Data Storytelling for Public Institutions',
      recipientName: name,
      issuerName: 'Northfield College',
      picture: { png, alt: 'Hexagon badge' },
      logo: undefined,
      facts: [
        { label: 'Issued on', value: 'March 4, 2026' },
        { label: 'Valid until', value: 'Does not expire' },
        { label: 'Credential number', value: `7Q2M-${String(round).padStart(4, '0')}` },
      ],
      learning: {
        heading: 'Learning outcomes',
        items: Array.from({ length: 5 }, (_, index) => `Explains step ${index + 1} of the work to a newcomer`),
        isList: true,
      },
      url: `https://badges.northfield.example/b/${String(round).padStart(22, 'A')}`,
      words: {
        awardedTo: 'Awarded to',
        issuedBy: 'Issued by Northfield College',
        more: 'There is more on the badge’s page.',
        qrAlt: 'QR code',
        check: 'Check this certificate',
        signed: 'This file is signed and holds the badge.',
        subject: 'Certificate',
      },
      attachment: {
        bytes: Buffer.alloc(6000, 'x'),
        name: 'credential.json',
        type: 'application/json',
        description: 'The badge',
      },
      producer: 'Lapel',
      madeAt: now,
    })
    size = (await signPdf(pdf, { key, now, reason: 'Bench', signerName: 'Lapel' })).length
  }
  const startedAt = performance.now()
  await certificate(0)
  const first = Math.round(performance.now() - startedAt)
  const times = await timesOf(certificate, { warmUp: 12, rounds: 48 })
  return {
    rows: [
      {
        id: 'pdf-ms',
        what: 'a certificate drawn and signed, names in six scripts',
        ratio: medianOf(times),
        to: 'ms',
        floor: 0,
        ceiling: most,
      },
    ],
    notes: [
      `PDF certificate: first of the process ${first} ms (reads the faces), slowest of 48 ${Math.round(times.at(-1) ?? 0)} ms, ${Math.round(size / 1024)} KB; the same one again comes from the file store`,
    ],
  }
}
