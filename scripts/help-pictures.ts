// Takes the pictures of the guides anew: the browser test walks both journeys and keeps what it sees.
import { spawnSync } from 'node:child_process'
import path from 'node:path'

const { status } = spawnSync(
  process.execPath,
  // With the patience of the slow tests: scaling and packing the pictures takes a while.
  [path.join(import.meta.dirname, 'test.ts'), '--slow', 'apps/server/test/help-pictures.test.ts'],
  { stdio: 'inherit', env: { ...process.env, LAPEL_HELP_PICTURES: '1' } },
)
process.exitCode = status ?? 1
