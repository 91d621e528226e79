// One install at a time in one checkout: two terminals (`npm start` and `npm test`) would take the packages away from under
// each other. A file says who works; it survives a kill -9, so whoever finds it looks whether its owner still lives.
'use strict'
const fs = require('node:fs')
const os = require('node:os')
const path = require('node:path')

const beatMs = 2_000
/** Without a beat for this long, an owner on another machine (or in another container) is gone. */
const silentElsewhereMs = 60_000
/** The same for one whose number is still in use here, perhaps by another program by now. */
const silentHereMs = 120_000
/** An npm that outlived its owner may go on working for this long. */
const orphanMs = 600_000

/**
 * Does the work when it is needed, alone; waits while somebody else does it, and does nothing when nothing is left to do.
 *
 * @param {string} root the checkout
 * @param {{ isNeeded: () => boolean, work: (holdFor: (child: import('node:child_process').ChildProcess) => void) => Promise<void> }} o
 */
async function oneAtATime(root, { isNeeded, work }) {
  const file = path.join(root, 'tmp', 'install.lock')
  let hasTold = false
  for (;;) {
    const holder = read(file)
    if (holder === undefined || isGone(holder)) {
      if (!isNeeded()) return
      if (holder) clear(file, holder)
      const lock = take(file)
      if (lock) {
        try {
          if (isNeeded()) await work(lock.holdFor)
        } finally {
          lock.release()
        }
        return
      }
    } else if (!hasTold) {
      hasTold = true
      console.log(
        `Another terminal (process ${holder.pid || '?'}) is installing what Lapel needs; waiting until it is done …`,
      )
    }
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
}

/** What stands in the file, with its age; `undefined` when there is none. Half written, it has an age only. */
function read(file) {
  try {
    const ageMs = Date.now() - fs.statSync(file).mtimeMs
    const text = fs.readFileSync(file, 'utf8')
    try {
      return { ageMs, text, ...JSON.parse(text) }
    } catch {
      return { ageMs, text }
    }
  } catch (error) {
    if (error.code === 'ENOENT') return undefined
    throw error
  }
}

function isGone({ host, pid, child, ageMs }) {
  if (host !== os.hostname()) return ageMs > silentElsewhereMs
  if (isAlive(pid)) return ageMs > silentHereMs
  return !isAlive(child) || ageMs > orphanMs
}

function isAlive(pid) {
  if (!Number.isInteger(pid) || pid <= 0) return false
  try {
    process.kill(pid, 0)
    return !isZombie(pid)
  } catch (error) {
    // Somebody else's: it lives.
    return error.code === 'EPERM'
  }
}

/** Ended, and its parent has not asked how: in a container without an init that may last. */
function isZombie(pid) {
  if (process.platform !== 'linux') return false
  try {
    return fs.readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ').at(-1).startsWith('Z')
  } catch {
    return true // it has ended between the two looks
  }
}

/** Takes the file of somebody who is gone away, unless another one has taken its place meanwhile. */
function clear(file, holder) {
  const broom = `${file}.clear`
  try {
    fs.closeSync(fs.openSync(broom, 'wx'))
  } catch (error) {
    if (error.code !== 'EEXIST') throw explained(error, file)
    // Held for a moment only; longer means that its owner was ended in that moment.
    const since = fs.statSync(broom, { throwIfNoEntry: false })?.mtimeMs
    if (since !== undefined && Date.now() - since > 10_000) fs.rmSync(broom, { force: true })
    return
  }
  try {
    if (read(file)?.text === holder.text) fs.rmSync(file, { force: true })
  } finally {
    fs.rmSync(broom, { force: true })
  }
}

/** @returns the lock, or `undefined` when somebody else was quicker */
function take(file) {
  const mine = { host: os.hostname(), pid: process.pid, at: Date.now() }
  try {
    fs.mkdirSync(path.dirname(file), { recursive: true })
    fs.writeFileSync(file, JSON.stringify(mine), { flag: 'wx' })
  } catch (error) {
    if (error.code === 'EEXIST') return undefined
    throw explained(error, file)
  }
  let working
  const beat = setInterval(() => {
    try {
      fs.utimesSync(file, new Date(), new Date())
    } catch {
      // Somebody took the folder away; the install says so itself.
    }
  }, beatMs)
  // Ctrl-C reaches npm too; the lock goes when npm has gone, for until then it writes.
  const stop = (signal) => (working ? working.kill(signal) : process.exit(1))
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP']
  for (const signal of signals) process.on(signal, stop)
  const remove = () => fs.rmSync(file, { force: true })
  process.once('exit', remove)
  return {
    holdFor: (child) => {
      working = child
      fs.writeFileSync(file, JSON.stringify({ ...mine, child: child.pid }))
    },
    release: () => {
      clearInterval(beat)
      for (const signal of signals) process.off(signal, stop)
      process.off('exit', remove)
      remove()
    },
  }
}

function explained(error, file) {
  if (error.code !== 'EACCES' && error.code !== 'EPERM' && error.code !== 'EROFS') return error
  const words = `Lapel has to install what it needs and may not write to ${path.dirname(path.dirname(file))}. Run the same command as the user who owns that folder.`
  return Object.assign(new Error(words, { cause: error }), { code: 'EACCES' })
}

module.exports = { oneAtATime }
