// Runs on whatever Node the host has (20 or newer, CommonJS on purpose), before any npm script.
// Installs the locked dependencies when they are missing or older than the lock file, so that the
// scripts themselves run on the Node 24 that the lock file pins (npm puts node_modules/.bin first in PATH).
'use strict'
const fs = require('node:fs')
const path = require('node:path')
const { spawnSync } = require('node:child_process')

const root = path.join(__dirname, '..')
const marker = path.join(root, 'node_modules', '.package-lock.json')
const lock = path.join(root, 'package-lock.json')
const windows = process.platform === 'win32'

function isStale() {
  if (!fs.existsSync(marker)) return true
  return fs.statSync(marker).mtimeMs < fs.statSync(lock).mtimeMs
}

function install() {
  console.log('Installing what Lapel needs (this happens once) …')
  // No install scripts: nothing that we depend on needs one, and a stranger's script has no business here.
  const run = spawnSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: 'inherit',
    shell: windows,
  })
  if (run.status !== 0) {
    console.error('The dependencies could not be installed. The lines above say why; then run the same command again.')
    process.exit(run.status || 1)
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
  console.error(
    `Lapel runs on Node 24 or newer. The copy that npm installed does not run on this machine (${process.platform} ${process.arch}), ` +
      `and the Node found here is ${process.version}. Install Node 24 and run the same command again.`,
  )
  process.exit(1)
}

if (isStale()) install()
checkNode()
if (process.argv.includes('--browser')) require('./find-browser.cjs').ensure()
