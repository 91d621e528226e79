// Runs on whatever Node the host has (20 or newer, CommonJS on purpose), before any npm script.
// Installs the locked dependencies when they are missing or older than the lock file, so that the
// scripts themselves run on the Node 24 that the lock file pins (npm puts node_modules/.bin first in PATH).
// Two terminals may do this at once: one installs, the other waits (install-lock.cjs).
'use strict'
const fs = require('node:fs')
const path = require('node:path')
const { spawn, spawnSync } = require('node:child_process')
const { oneAtATime } = require('./install-lock.cjs')

const root = path.join(__dirname, '..')
const modules = path.join(root, 'node_modules')
const marker = path.join(modules, '.package-lock.json')
const lock = path.join(root, 'package-lock.json')
const windows = process.platform === 'win32'

function isStale() {
  if (!fs.existsSync(marker)) return true
  return fs.statSync(marker).mtimeMs < fs.statSync(lock).mtimeMs
}

/** @param holdFor tells the lock which program works under it */
async function install(holdFor) {
  // npm empties the folder first, and would empty another checkout's through a link.
  if (fs.lstatSync(modules, { throwIfNoEntry: false })?.isSymbolicLink()) {
    throw new Refusal(
      `${modules} is a link to another place, and installing would empty that. Remove the link and run the same command again.`,
    )
  }
  console.log('Installing what Lapel needs (this happens once) …')
  // No install scripts: nothing that we depend on needs one, and a stranger's script has no business here.
  const child = spawn('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: 'inherit',
    shell: windows,
  })
  holdFor(child)
  const status = await new Promise((resolve, reject) => {
    child.on('error', (error) => reject(new Refusal(`npm could not be started: ${error.message}`)))
    child.on('exit', (code) => resolve(code))
  })
  if (status !== 0) {
    throw new Refusal(
      'The dependencies could not be installed. The lines above say why; then run the same command again.',
    )
  }
  fs.utimesSync(marker, new Date(), new Date())
}

/** Node 24 comes as a package; where its binary cannot run (musl, an odd CPU), the host's own Node must do. */
function checkNode() {
  const linked = path.join(root, 'node_modules', '.bin', windows ? 'node.cmd' : 'node')
  if (fs.existsSync(linked)) {
    const version = spawnSync(linked, ['--version'], { encoding: 'utf8', shell: windows })
    if (version.status === 0) return
    fs.rmSync(linked, { force: true })
  }
  if (Number(process.versions.node.split('.')[0]) >= 24) return
  throw new Refusal(
    `Lapel runs on Node 24 or newer. The copy that npm installed does not run on this machine (${process.platform} ${process.arch}), ` +
      `and the Node found here is ${process.version}. Install Node 24 and run the same command again.`,
  )
}

/** Something that the reader can mend: its sentence is all that is shown. */
class Refusal extends Error {}

async function main() {
  const browser = require('./find-browser.cjs')
  const wantsBrowser = process.argv.includes('--browser')
  await oneAtATime(root, {
    isNeeded: () => isStale() || (wantsBrowser && !browser.find()),
    async work(holdFor) {
      if (isStale()) await install(holdFor)
      if (wantsBrowser) browser.ensure()
    },
  })
  checkNode()
}

main().catch((error) => {
  console.error(error instanceof Refusal || error.code === 'EACCES' ? error.message : error)
  process.exit(1)
})
