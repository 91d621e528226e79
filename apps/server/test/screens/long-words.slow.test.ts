import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openBrowser, screenshot } from '../browser.ts'
import { anEarner, claimPathOf, withdraw } from '../fixtures/earner.ts'
import { anAchievement, anIssuer, issueCredential } from '../fixtures/issuing.ts'
import { startLapel } from '../lapel.ts'

const word = 'Donaudampfschifffahrtsgesellschaftskapitaen'
const email = 'bartholomew.featherstonehaugh-cholmondeley@continuing-education.northfield-university.example'

test('words, names and addresses of any length and script leave a telephone’s page as wide as it is', async (t) => {
  const lapel = await startLapel(t)
  const { visitor } = await openBrowser(t)
  const issuer = await anIssuer(lapel, {
    name: 'The Honourable Society for the Advancement of Continuing Education and Professional Recognition',
    slug: 'honourable',
    badge: {
      name: `${word} in Advanced Interdisciplinary Project Communication`,
      description: word.repeat(3),
      outcomes: [word.repeat(3)],
      criteria: `- ${word.repeat(3)}\n\n\`${word.repeat(3)}\``,
      skills: [
        { name: word.repeat(2) },
        {
          name: 'A',
          framework: 'European Skills, Competences, Qualifications and Occupations',
          code: 'http://data.europa.eu/esco/skill/0123456789',
        },
      ],
      tags: [word.repeat(2)],
    },
  })
  const { earner, publicId } = await anEarner(lapel, {
    issuer,
    to: email,
    name: 'محمد عبد الرحمن بن عبد العزيز الفيصل',
    visibility: 'public',
  })
  const names = { givenName: 'Bartholomew-Alexander', familyName: 'Featherstonehaugh-Cholmondeley' }
  await lapel.db.updateTable('accounts').set(names).where('id', '=', earner.accountId).execute()
  await issueCredential(lapel, issuer, { to: email, name: word.repeat(2) })
  const claim = await claimPathOf(lapel, email)
  const achievement = await anAchievement(lapel, issuer.organization.id, { name: 'إدارة المشاريع المتقدمة' })
  const gone = await anEarner(lapel, {
    issuer: { ...issuer, achievement },
    to: email,
    name: 'רחל כהן',
    visibility: 'public',
  })
  await withdraw(lapel, issuer, gone.credentialId, word.repeat(3))

  const template = issuer.achievement
  const looks = [
    [
      earner,
      [
        '/dashboard',
        '/badges',
        '/badges?view=table',
        `/badges/${publicId}`,
        `/badges/${publicId}/share`,
        `/badges/${publicId}/visibility`,
        '/settings/account',
        '/settings/organizations',
        '/settings/profile',
      ],
    ],
    [
      undefined,
      [
        `/b/${publicId}`,
        `/b/${gone.publicId}`,
        claim,
        `/verify?b=${publicId}`,
        `/embed/b/${publicId}`,
        '/o/honourable',
        `/t/honourable/${template.slug}`,
      ],
    ],
    [
      issuer.owner,
      [
        '/console',
        '/console/honourable',
        '/console/honourable/issued',
        '/console/honourable/badges',
        `/console/honourable/badges/${template.publicId}`,
        `/console/honourable/issued/${publicId}`,
        '/console/honourable/team',
      ],
    ],
  ] as const
  const problems: string[] = []
  for (const [who, paths] of looks) {
    const context = await visitor({ viewport: { width: 320, height: 800 } })
    if (who) await context.addCookies([...who.cookies].map(([name, value]) => ({ name, value, url: lapel.url })))
    const page = await context.newPage()
    for (const path of paths) {
      const answer = await page.goto(lapel.url + path)
      if (answer?.status() !== 200) problems.push(`${path} answers ${answer?.status()}`)
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
      if (wide > 0) problems.push(`${path} is ${wide} px too wide`)
      await screenshot(page, `long${path.replace(/\W+/g, '-').slice(0, 40)}`)
    }
  }
  assert.deepEqual(problems, [])
})
