import { html, type Html } from '../platform/http/html.ts'
import type { Ctx } from '../platform/http/context.ts'
import { type Locale, locales, type Translate } from '../platform/i18n/messages.ts'
import { button, copyField, disclosure, filterForm, select } from '../platform/pages/components.ts'
import {
  embedAddress,
  embedCode,
  type EmbedSize,
  embedSize,
  embedSizes,
  embedTheme,
  type EmbedTheme,
  embedThemes,
  plainCode,
} from './embed.ts'

/** How a frame should look; read from the address, so that choosing works without script. */
export interface EmbedChoice {
  theme: EmbedTheme
  size: EmbedSize
  lang: Locale | undefined
}

export function embedChoice(c: Ctx): EmbedChoice {
  return {
    theme: embedTheme(c.req.query('theme')),
    size: embedSize(c.req.query('frame')),
    lang: locales.find((known) => known === c.req.query('lang')),
  }
}

/** Choices, what the frame looks like, and the code with a frame and without. */
export function embedChoices(
  t: Translate,
  o: {
    choice: EmbedChoice
    /** The page that this stands on, and its part. */
    path: string
    anchor: string
    embedUrl: string
    title: string
    plain: { url: string; imageUrl: string; altText: string }
  },
): Html {
  const { choice, embedUrl, title } = o
  const [width, height] = embedSizes[choice.size]
  return html`${filterForm({
    action: `${o.path}#${o.anchor}`,
    label: t('embed.choose'),
    body: html`${select({ name: 'theme', label: t('embed.theme'), value: choice.theme, width: 'medium', options: embedThemes.map((value) => ({ value, label: t(`embed.theme.${value}`) })) })}
${select({ name: 'frame', label: t('embed.size'), value: choice.size, width: 'medium', options: (['s', 'm', 'l'] as const).map((value) => ({ value, label: t(`embed.size.${value}`) })) })}
${select({ name: 'lang', label: t('embed.language'), value: choice.lang ?? '', width: 'medium', options: [{ value: '', label: t('embed.language.reader') }, ...locales.map((value) => ({ value, label: t(`embed.language.${value}`), lang: value }))] })}
${button({ label: t('embed.update'), kind: 'secondary' })}`,
  })}
<iframe class="embed-preview" src="${new URL(embedAddress({ embedUrl, ...choice })).pathname}${new URL(embedAddress({ embedUrl, ...choice })).search}" title="${t('embed.preview')}" width="${width}" height="${height}" loading="lazy"></iframe>
<div data-share-channel="embed">${copyField(t, { id: 'embed-code', label: t('embed.frame'), hint: t('embed.frame.hint'), buttonLabel: t('embed.frame.copy'), copied: t('embed.frame.copied'), value: embedCode({ embedUrl, title, ...choice }), multiline: true })}</div>
${disclosure({ summary: t('embed.plain'), body: copyField(t, { id: 'plain-code', label: t('embed.plain'), labelHidden: true, value: plainCode({ ...o.plain, title }), multiline: true }) })}`
}
