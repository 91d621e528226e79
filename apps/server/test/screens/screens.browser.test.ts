import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openBrowser } from '../browser.ts'
import { startLapel } from '../lapel.ts'
import { aWorldToLookAt, lookAt } from './screens.ts'

// Between them these hold every component. npm run test:slow examines all pages in all looks.
const examined = new Set([
  '/',
  '/register',
  '/verify/r/:id',
  '/b/:id',
  '/u/:handle',
  '/t/:org/:badge',
  '/claim/:token',
  '/dashboard',
  '/badges',
  '/badges/:id/share',
  '/documents/:id',
  '/collections/:id',
  '/settings/account',
  '/settings/privacy-security',
  '/settings/profile',
  '/console/:org',
  '/console/:org/badges/:badge',
  '/console/:org/issue/:batch/check',
  '/console/:org/issued',
  '/console/:org/team',
])

test('every page that the app registers has its frame and valid markup, fits a telephone and works without script', async (t) => {
  const lapel = await startLapel(t)
  const browser = await openBrowser(t)
  const { world, visits, unknown } = await aWorldToLookAt(lapel)
  assert.deepEqual(unknown, [], 'A new page: say in screens.ts where it stands, or that it is none')
  const routes = new Set(visits.map(({ route }) => route))
  assert.deepEqual(
    [...examined].filter((route) => !routes.has(route)),
    [],
  )
  const people = { maya: world.maya, owner: world.issuer.owner }
  // Two browsers' worth of pages, since most of the time goes to waiting for one of them.
  const halves = [0, 1].map((half) => visits.filter((_visit, at) => at % 2 === half))
  const problems = await Promise.all(
    halves.map((half) =>
      lookAt(lapel, browser, {
        visits: half,
        people,
        look: { locale: 'fr', colorScheme: 'dark', width: 320 },
        axe: (route) => examined.has(route),
        html: true,
      }),
    ),
  )
  assert.deepEqual(problems.flat(), [])
})
