import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openBrowser } from '../../../test/browser.ts'
import { openCleaned, wrappings } from '../../../test/fixtures/hostile-svgs.ts'

test('three hundred hostile drawings in Chromium: no dialog, no script, no request (SECURITY S36)', async (t) => {
  const { newPage } = await openBrowser(t)
  const opened = await openCleaned(await newPage(), () => [...wrappings.keys()])
  assert.ok(opened > 300, `${opened} were opened`)
})
