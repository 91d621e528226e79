import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openBrowser } from '../browser.ts'
import { startLapel } from '../lapel.ts'
import { aWorldToLookAt, lookAt } from './screens.ts'

for (const locale of ['en', 'fr'] as const)
  for (const colorScheme of ['light', 'dark'] as const)
    for (const width of [1280, 320])
      test(`every page in ${locale}, ${colorScheme}, ${width} px`, async (t) => {
        const lapel = await startLapel(t)
        const browser = await openBrowser(t)
        const { world, visits } = await aWorldToLookAt(lapel)
        const people = { maya: world.maya, owner: world.issuer.owner }
        const look = { locale, colorScheme, width }
        assert.deepEqual(await lookAt(lapel, browser, { visits, people, look, axe: () => true, html: true }), [])
      })
