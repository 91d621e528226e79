// Finds a Chromium for the browser tests, or installs the system's package where that is possible.
'use strict'
const fs = require('node:fs')
const path = require('node:path')
const { spawnSync } = require('node:child_process')

const names = [
  'chromium',
  'chromium-browser',
  'google-chrome',
  'google-chrome-stable',
  'microsoft-edge',
  'brave-browser',
]
const fixed = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/snap/bin/chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
]

/** The path of a Chromium-based browser on this machine, or undefined. */
function find() {
  const named = process.env.LAPEL_TEST_BROWSER
  if (named) return fs.existsSync(named) ? named : undefined
  const folders = (process.env.PATH || '').split(path.delimiter)
  for (const name of names) {
    for (const folder of folders) {
      const candidate = path.join(folder, name)
      if (fs.existsSync(candidate)) return candidate
    }
  }
  return fixed.find((candidate) => fs.existsSync(candidate))
}

function installers() {
  const asRoot = typeof process.getuid === 'function' && process.getuid() === 0
  const sudo = asRoot ? [] : ['sudo', '-n']
  const has = (program) => spawnSync('sh', ['-c', `command -v ${program}`]).status === 0
  if (has('apt-get'))
    return [
      [...sudo, 'apt-get', 'update'],
      [...sudo, 'apt-get', 'install', '-y', '--no-install-recommends', 'chromium'],
    ]
  if (has('dnf')) return [[...sudo, 'dnf', 'install', '-y', 'chromium']]
  if (has('pacman')) return [[...sudo, 'pacman', '-Sy', '--noconfirm', 'chromium']]
  if (has('apk')) return [[...sudo, 'apk', 'add', 'chromium']]
  return []
}

/** Makes sure that a browser is there; ends the process with one clear line when none can be had. */
function ensure() {
  if (find()) return
  if (process.platform !== 'win32') {
    for (const [program, ...args] of installers()) {
      console.log(`No browser found for the browser tests; running: ${program} ${args.join(' ')}`)
      spawnSync(program, args, { stdio: 'inherit', env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } })
    }
  }
  if (find()) return
  console.error(
    'The tests need a Chromium-based browser and none was found. Install Chromium or Chrome with the package manager of your system, ' +
      'or set LAPEL_TEST_BROWSER to the path of one, and run npm test again.',
  )
  process.exit(1)
}

module.exports = { find, ensure }
