import { readFileSync } from 'node:fs'
import { termsVersion } from '../accounts/index.ts'
import type { Config } from '../platform/config.ts'
import type { Locale } from '../platform/i18n/messages.ts'
import { type SitePage, siteTextFile } from '../platform/site-texts.ts'

export { type SitePage, sitePages } from '../platform/site-texts.ts'

export interface SiteText {
  title: string
  /** Markdown without the title. */
  body: string
}

export function siteText(
  config: Pick<Config, 'dataDirectory' | 'productName' | 'publicUrl'>,
  name: SitePage,
  locale: Locale,
): SiteText {
  // As editors on other systems leave it: a byte-order mark, other line ends.
  const written = readFileSync(siteTextFile(config, name, locale), 'utf8')
    .replace(/^\uFEFF/, '')
    .replace(/\r\n?/g, '\n')
  const text = spaced(written, locale)
    .replaceAll('{product}', config.productName)
    .replaceAll('{version}', termsVersion(config))
    .replaceAll('](/', `](${config.publicUrl}/`)
  const [first = '', ...rest] = text.split('\n')
  return { title: first.replace(/^#\s*/, ''), body: rest.join('\n') }
}

/** French sets its colon and its quotes off by a space at which no line may end; whoever writes a text types a plain one. */
export function spaced(text: string, locale: Locale): string {
  return locale === 'fr' ? text.replace(/ (:(?=\s)|»)/g, '\u00a0$1').replace(/« /g, '«\u00a0') : text
}
