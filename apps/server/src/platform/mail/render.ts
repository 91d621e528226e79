import { attributes, type Html, html } from '../http/html.ts'
import { type Locale, locales, regions, type Translate, translator } from '../i18n/messages.ts'

export interface MailBody {
  t: Translate
  locale: Locale
  productName: string
  heading: string
  paragraphs: string[]
  /** What the message is about, one by one, where it is about several things; before the button. */
  items?: { label: string; url?: string }[]
  /** A picture that travels with the message; nothing is fetched when it is opened. */
  image?: { cid: string; alt: string; width?: number }
  /** The one thing to do. Its address stands below it in full. */
  button?: { label: string; url: string }
  /** `false` where the button leads to a page that is not ours, which we cannot show in another language. */
  inOtherLanguages?: false
  /** Shown large, as one word that a double click selects. */
  code?: string
  facts?: [label: string, value: string][]
  /** Sentences after the button, such as "If it was not you". */
  notes?: string[]
  /** A second, quiet link, such as "This badge is not for me". */
  links?: { label: string; url: string }[]
  /** Why the person got this message. */
  footer: string
}

/**
 * A message as text and as HTML: 600 px table layout, inline styles, colours for dark screens, everything readable
 * without pictures (UX 14). All values are escaped; addresses in the parts are our own.
 */
export function renderMail(mail: MailBody): { text: string; html: string } {
  return { text: renderText(mail), html: renderHtml(mail).toString() }
}

function renderText({
  t,
  productName,
  heading,
  paragraphs,
  items,
  image,
  button,
  code,
  facts,
  notes,
  links,
  footer,
  ...rest
}: MailBody) {
  const before = (label: string) => (/[?.:]$/.test(label) ? label : t('mail.linkLabel', { label }))
  const blocks = [
    heading,
    image?.alt ? `[${image.alt}]` : undefined,
    ...paragraphs,
    items?.map(({ label, url }) => (url ? `- ${label}\n  ${url}` : `- ${label}`)).join('\n'),
    code,
    facts?.length ? facts.map(([label, value]) => t('mail.fact', { label, value })).join('\n') : undefined,
    button && `${before(button.label)}\n${button.url}`,
    ...(notes ?? []),
    ...(links ?? []).map(({ label, url }) => `${before(label)}\n${url}`),
    `-- \n${footer}\n${productName}`,
    ...otherLanguages({ button, ...rest }).map(({ label, url }) => `${label}\n${url}`),
  ]
  return `${blocks.filter((block) => block !== undefined && block !== '').join('\n\n')}\n`
}

/** The page that the button opens, in the languages that the message is not in: it says the same, and more (UX 14). */
function otherLanguages({
  locale,
  button,
  inOtherLanguages,
}: Pick<MailBody, 'locale' | 'button' | 'inOtherLanguages'>) {
  if (!button || inOtherLanguages === false) return []
  const { origin, pathname, search, hash } = new URL(button.url)
  const to = new URLSearchParams({ to: `${pathname}${search}${hash}` })
  return locales
    .filter((other) => other !== locale)
    .map((other) => ({
      locale: other,
      label: translator(other)('mail.readHere'),
      url: `${origin}/in/${other}?${to.toString()}`,
    }))
}

const font = "font-family:-apple-system,BlinkMacSystemFont,'Segoe UI',Roboto,Helvetica,Arial,sans-serif"
const mono = "font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,'Liberation Mono',monospace"

// Classes carry what dark screens change; programs that drop the sheet show the light inline colours.
const sheet = html`
:root{color-scheme:light dark;supported-color-schemes:light dark}
@media (prefers-color-scheme:dark){
.canvas{background:#0E141B!important}.surface{background:#161E27!important;border-color:#2C3947!important}
.text{color:#EAF0F6!important}.muted{color:#A9B7C6!important}.link{color:#8DB8FF!important}
.code{background:#0A0F15!important;color:#EAF0F6!important;border-color:#2C3947!important}
.action{background:#8DB8FF!important}.action a{color:#0B1420!important}.rule{border-color:#2C3947!important}}
@media (max-width:620px){.sheet{width:100%!important}.inner{padding:24px 16px 8px!important}}`

function renderHtml(mail: MailBody): Html {
  const { t, locale, productName, heading, paragraphs, items, image, button, code, facts, notes, links, footer } = mail
  return html`<!doctype html>
<html lang="${regions[locale]}" dir="ltr"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark"><meta name="supported-color-schemes" content="light dark"><meta name="format-detection" content="telephone=no"><title>${heading}</title><style>${sheet}</style></head>
<body class="canvas" style="margin:0;padding:0;background:#F7F8FA"><div lang="${regions[locale]}" dir="ltr">
<table role="presentation" class="canvas" width="100%" cellpadding="0" cellspacing="0" border="0" style="background:#F7F8FA"><tr><td align="center" style="padding:24px 8px">
<table role="presentation" class="sheet" width="600" cellpadding="0" cellspacing="0" border="0" style="width:600px;max-width:100%">
<tr><td class="muted" style="padding:0 8px 12px;${font};font-size:16px;line-height:24px;color:#4A5868;font-weight:600">${productName}</td></tr>
<tr><td class="surface inner" style="background:#FFFFFF;border:1px solid #D3DAE3;border-radius:12px;padding:32px 32px 16px">
${image && html`<p style="margin:0 0 24px"><img${attributes({ src: `cid:${image.cid}`, alt: image.alt, width: image.width ?? 160, style: `display:block;border:0;max-width:100%;height:auto;${font};font-size:14px;color:#4A5868` })}></p>`}
<h1 class="text" style="margin:0 0 16px;${font};font-size:24px;line-height:31px;font-weight:600;color:#14202E">${heading}</h1>
${paragraphs.map((words) => paragraph(words))}
${items && items.length > 0 && html`<ul class="text" style="margin:0 0 16px;padding:0 0 0 20px;${font};font-size:16px;line-height:25px;color:#14202E">${items.map(({ label, url }) => html`<li style="margin:0 0 8px">${url ? html`<a class="link" href="${url}" style="color:#1B4F9C">${label}</a>` : label}</li>`)}</ul>`}
${code && html`<p class="text code" style="margin:24px 0;padding:16px 24px;${mono};font-size:32px;line-height:40px;letter-spacing:6px;font-weight:600;text-align:center;color:#14202E;background:#EEF1F5;border:1px solid #D3DAE3;border-radius:8px"><span>${code}</span></p>`}
${facts && facts.length > 0 && html`<table role="presentation" cellpadding="0" cellspacing="0" border="0" style="margin:0 0 16px">${facts.map(([label, value]) => html`<tr><td class="muted" valign="top" style="padding:2px 16px 2px 0;${font};font-size:16px;line-height:25px;color:#4A5868">${label}</td><td class="text" valign="top" style="padding:2px 0;${font};font-size:16px;line-height:25px;color:#14202E;word-break:break-word">${value}</td></tr>`)}</table>`}
${button && buttonBlock(t, button)}
${notes?.map((words) => paragraph(words))}
${links?.map(({ label, url }) => html`<p class="text" style="margin:0 0 16px;${font};font-size:16px;line-height:25px;color:#14202E"><a class="link" href="${url}" style="color:#1B4F9C">${label}</a></p>`)}
</td></tr>
<tr><td class="muted" style="padding:16px 8px 0;${font};font-size:14px;line-height:20px;color:#4A5868">${footer}</td></tr>
${otherLanguages(mail).map(
  ({
    locale: other,
    label,
    url,
  }) => html`<tr><td class="muted" style="padding:8px 8px 0;${font};font-size:14px;line-height:20px;color:#4A5868"><a class="link" lang="${regions[other]}" href="${url}" style="color:#1B4F9C">${label}</a></td></tr>
`,
)}${end}`
}

const end = html`</table></td></tr></table></div></body></html>
`

/** Adds a quiet link as the last line of both parts of a message that {@link renderMail} made. */
export function withClosingLink(
  mail: { text: string; html: string },
  { label, url }: { label: string; url: string },
): { text: string; html: string } {
  const row = html`<tr><td class="muted" style="padding:8px 8px 0;${font};font-size:14px;line-height:20px;color:#4A5868"><a class="link" href="${url}" style="color:#1B4F9C">${label}</a></td></tr>
`
  const tail = end.toString()
  return {
    text: `${mail.text}\n${label}\n${url}\n`,
    html: mail.html.endsWith(tail) ? `${mail.html.slice(0, -tail.length)}${row.toString()}${tail}` : mail.html,
  }
}

function paragraph(words: string): Html {
  return html`<p class="text" style="margin:0 0 16px;${font};font-size:16px;line-height:25px;color:#14202E">${words}</p>`
}

/** A cell with a background survives programs that ignore padding on links. The bare address follows. */
function buttonBlock(t: Translate, { label, url }: { label: string; url: string }): Html {
  return html`<table role="presentation" cellpadding="0" cellspacing="0" border="0" style="margin:24px 0 16px"><tr><td class="action" align="center" style="background:#1B4F9C;border-radius:8px"><a href="${url}" style="display:inline-block;padding:12px 24px;${font};font-size:16px;line-height:24px;font-weight:600;color:#FFFFFF;text-decoration:none">${label}</a></td></tr></table>
<p class="muted" style="margin:0 0 16px;${font};font-size:14px;line-height:20px;color:#4A5868">${t('mail.bareUrl')}<br><a class="link" href="${url}" style="color:#1B4F9C;word-break:break-all">${url}</a></p>`
}
