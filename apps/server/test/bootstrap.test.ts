import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { test, type TestContext } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'

// What runs before every npm script, in a checkout of its own with an npm that only notes that it ran.

const scripts = path.join(import.meta.dirname, '..', '..', '..', 'scripts')
const skip = process.platform === 'win32' && 'the npm of this test is a shell script'

/** @param o.npm what npm does between the lines `begin` and `end`; `$modules` is there already, and empty */
function checkout(t: TestContext, o: { npm: string }) {
  const root = mkdtempSync(path.join(tmpdir(), 'lapel-bootstrap-'))
  t.after(() => rmSync(root, { recursive: true, force: true }))
  for (const name of ['bootstrap.cjs', 'install-lock.cjs', 'find-browser.cjs'])
    cpSync(path.join(scripts, name), path.join(root, 'scripts', name))
  writeFileSync(path.join(root, 'package-lock.json'), '{}')
  const bin = path.join(root, 'bin')
  mkdirSync(bin)
  const log = path.join(root, 'log')
  writeFileSync(
    path.join(bin, 'npm'),
    `#!/bin/sh\nmodules='${root}/node_modules'\necho begin >> '${log}'\nrm -rf "$modules"; mkdir "$modules"\n${o.npm}\necho '{}' > "$modules/.package-lock.json"\necho end >> '${log}'\n`,
  )
  chmodSync(path.join(bin, 'npm'), 0o755)
  return {
    root,
    log: () => (existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n') : []),
    lock: path.join(root, 'tmp', 'install.lock'),
    start: () => {
      const child = spawn(process.execPath, [path.join(root, 'scripts', 'bootstrap.cjs')], {
        env: { PATH: `${bin}${path.delimiter}${process.env['PATH']}` },
        stdio: ['ignore', 'pipe', 'pipe'],
      })
      const said: string[] = []
      for (const stream of [child.stdout, child.stderr]) stream.on('data', (text: Buffer) => said.push(String(text)))
      t.after(() => child.kill('SIGKILL'))
      return { child, said: () => said.join(''), done: once(child, 'exit').then(([code]: unknown[]) => code) }
    },
  }
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await pause(20)
}

function end(child: ChildProcess | number): void {
  process.kill(typeof child === 'number' ? child : (child.pid ?? 0), 'SIGKILL')
}

test('three terminals at once install once; the others say that they wait', { skip }, async (t) => {
  const { start, log, lock } = checkout(t, { npm: 'sleep 0.6' })
  const all = [start(), start(), start()]
  assert.deepEqual(await Promise.all(all.map(({ done }) => done)), [0, 0, 0])
  assert.deepEqual(log(), ['begin', 'end'])
  assert.equal(all.filter(({ said }) => said().includes('Another terminal')).length, 2, all[1]?.said())
  assert.ok(!existsSync(lock))
})

test('after a kill -9 the next one goes on by itself, and not before npm itself has ended', { skip }, async (t) => {
  const { root, start, log, lock } = checkout(t, { npm: 'until [ -e "$modules/../go" ]; do sleep 0.05; done' })
  const first = start()
  await until(() => existsSync(lock) && log().length === 1)
  await until(() => readFileSync(lock, 'utf8').includes('child'))
  end(first.child)
  await first.done
  const second = start()
  await until(() => second.said().includes('Another terminal'))
  await pause(500)
  assert.deepEqual(log(), ['begin'], 'the npm that was left alone still writes')
  writeFileSync(path.join(root, 'go'), '')
  assert.equal(await second.done, 0)
  assert.deepEqual(log(), ['begin', 'end'])

  // Both ended in the middle: nothing is there, so the next one installs anew.
  rmSync(path.join(root, 'go'))
  rmSync(path.join(root, 'node_modules'), { recursive: true })
  const third = start()
  await until(() => log().length === 3)
  await until(() => readFileSync(lock, 'utf8').includes('child'))
  const { child } = JSON.parse(readFileSync(lock, 'utf8')) as { child: number }
  end(third.child)
  end(child)
  await third.done
  writeFileSync(path.join(root, 'go'), '')
  const [fourth, fifth] = [start(), start()]
  assert.deepEqual([await fourth.done, await fifth.done], [0, 0])
  assert.deepEqual(log().slice(3), ['begin', 'end'])
  assert.ok(!existsSync(lock))
})

test('an install that fails leaves no lock, and a linked folder is not emptied', { skip }, async (t) => {
  const { root, start, lock, log } = checkout(t, { npm: 'exit 7' })
  const failed = start()
  assert.equal(await failed.done, 1)
  assert.match(failed.said(), /could not be installed/)
  assert.ok(!existsSync(lock))

  rmSync(path.join(root, 'node_modules'), { recursive: true })
  mkdirSync(path.join(root, 'elsewhere'))
  symlinkSync(path.join(root, 'elsewhere'), path.join(root, 'node_modules'))
  const linked = start()
  assert.equal(await linked.done, 1)
  assert.match(linked.said(), /is a link to another place/)
  assert.equal(log().length, 1, 'npm did not run again')
})
