import { createRequire } from 'node:module'
import { mkdirSync } from 'node:fs'
import path from 'node:path'
import { after, type TestContext } from 'node:test'
import { AxeBuilder } from '@axe-core/playwright'
import { chromium, type Browser, type BrowserContext, type BrowserContextOptions, type Page } from 'playwright-core'

const { find } = createRequire(import.meta.url)('../../../scripts/find-browser.cjs') as {
  find: () => string | undefined
}

const quiet = [
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  // Containers give /dev/shm 64 MB, which a large page overruns.
  '--disable-dev-shm-usage',
]

export interface TestBrowser {
  browser: Browser
  /** A new visitor with cookies of their own. English, light and 1280 by 800 unless the options say otherwise. */
  visitor: (options?: BrowserContextOptions) => Promise<BrowserContext>
  /** A new visitor's first page. */
  newPage: (options?: BrowserContextOptions) => Promise<Page>
}

let shared: Promise<Browser> | undefined

// Once for the file that imports this, when its last test has ended.
after(async () => {
  await (await shared)?.close()
})

/** A Chromium of this machine; one for all tests of a file. What the test opened is closed when it ends. */
export async function openBrowser(t: Pick<TestContext, 'after'>): Promise<TestBrowser> {
  const browser = await (shared ??= launch())
  const contexts: BrowserContext[] = []
  t.after(async () => {
    for (const context of contexts) await context.close()
  })
  const visitor = async (options: BrowserContextOptions = {}) => {
    const context = await browser.newContext({
      locale: 'en-CA',
      timezoneId: 'America/Toronto',
      viewport: { width: 1280, height: 800 },
      reducedMotion: 'reduce',
      ...options,
    })
    context.setDefaultTimeout(15_000)
    contexts.push(context)
    return context
  }
  return { browser, visitor, newPage: async (options) => (await visitor(options)).newPage() }
}

async function launch(): Promise<Browser> {
  const executablePath = find()
  if (!executablePath)
    throw new Error(
      'The browser tests found no Chromium. Run them through npm test, which looks for one or installs it.',
    )
  // Chromium's sandbox does not work under root.
  const asRoot = process.getuid?.() === 0
  return chromium.launch({ executablePath, args: asRoot ? ['--no-sandbox', ...quiet] : quiet })
}

/**
 * Fails when axe finds anything on the page against WCAG 2.2 A and AA or its own best practices.
 *
 * @throws with one paragraph per broken rule: what is wrong, where, and the page that explains it.
 */
export async function axeCheck(page: Page): Promise<void> {
  const { violations, passes } = await new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'])
    .analyze()
  if (violations.length === 0 && passes.length > 0) return
  const list = violations.map(({ id, impact, help, helpUrl, nodes }) => {
    const places = nodes.map(
      ({ target, failureSummary }) => `    ${target.join(' ')}\n      ${summary(failureSummary)}`,
    )
    return `  ${id} (${impact ?? 'unrated'}): ${help}\n${places.join('\n')}\n    ${helpUrl}`
  })
  const found = list.length > 0 ? list.join('\n') : '  No rule applied, so the page was not checked.'
  throw new Error(`${page.url()} is not accessible:\n${found}`)
}

function summary(text: string | undefined): string {
  return (text ?? '').split('\n').slice(1).join('; ').replace(/\s+/g, ' ').trim()
}

/** Writes a picture of the whole page to the folder in LAPEL_SHOTS; does nothing without that. */
export async function screenshot(page: Page, name: string): Promise<void> {
  const folder = process.env.LAPEL_SHOTS
  if (!folder) return
  mkdirSync(folder, { recursive: true })
  await page.screenshot({ path: path.join(folder, `${name}.png`), fullPage: true })
}
