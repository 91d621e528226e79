import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openBrowser } from '../browser.ts'
import { startLapel } from '../lapel.ts'
import { aWorldToLookAt, lookAt } from './screens.ts'

// Every page that the app registers, once; in all looks by npm run test:slow.
test('every page has its frame, valid markup and no accessibility violation', async (t) => {
  const lapel = await startLapel(t)
  const browser = await openBrowser(t)
  const { world, visits, unknown } = await aWorldToLookAt(lapel)
  assert.deepEqual(unknown, [], 'A new page: say in screens.ts where it stands, or that it is none')
  const people = { maya: world.maya, owner: world.issuer.owner }
  // Two browsers' worth of pages, since most of the time goes to waiting for one of them.
  const halves = [0, 1].map((half) => visits.filter((_visit, at) => at % 2 === half))
  const problems = await Promise.all(
    halves.map((half) =>
      lookAt(lapel, browser, {
        visits: half,
        people,
        look: { locale: 'fr', colorScheme: 'dark', width: 320 },
        axe: true,
        html: true,
      }),
    ),
  )
  assert.deepEqual(problems.flat(), [])
})
