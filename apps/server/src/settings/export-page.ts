import path from 'node:path'
import { build } from 'esbuild'
import { allMessages, type Locale, regions, translator } from '../platform/i18n/messages.ts'
import { escapeHtml } from '../platform/http/html.ts'
import type { OfflineData } from './export-page-data.ts'

const client = path.join(import.meta.dirname, '..', '..', 'client')
let bundled: Promise<string> | undefined

/** The verifier and the page's script as one text; made once per process, when the first export is built. */
function script(): Promise<string> {
  bundled ??= build({
    absWorkingDir: client,
    entryPoints: ['export-page.ts'],
    bundle: true,
    write: false,
    format: 'iife',
    platform: 'browser',
    target: ['es2022'],
    minify: true,
    charset: 'utf8',
    legalComments: 'none',
    logLevel: 'silent',
  }).then(({ outputFiles }) => {
    const text = outputFiles[0]?.text
    if (!text) throw new Error('esbuild made no script for the export')
    // The one sequence that would end the element early.
    return text.replaceAll('</script', '<\\/script').replaceAll('<!--', '<\\!--')
  })
  bundled.catch(() => (bundled = undefined))
  return bundled
}

/** The words that the page's script needs: verdicts, checks and the reasons of both. */
export function offlineWords(locale: Locale): Record<string, string> {
  const words: Record<string, string> = {}
  for (const [key, text] of allMessages(locale))
    if (/^(verify\.(verdict|check|code)\.|check\.|chip\.check\.|offline\.)/.test(key)) words[key] = text
  return words
}

/**
 * One file that shows badges and verifies them by itself: script, style, pictures, keys and lists are inside, and its
 * policy forbids it every network, so opening it tells nobody (PRODUCT 3, ask 7).
 */
export async function offlinePage(data: OfflineData): Promise<string> {
  const t = translator(data.locale)
  // Inside a script element only "<" could end it; as an escape it is the same JSON.
  const json = JSON.stringify(data)
    .replaceAll('<', '\\u003c')
    .replaceAll('\u2028', '\\u2028')
    .replaceAll('\u2029', '\\u2029')
  const title = escapeHtml(t('offline.title', { name: data.name }))
  return `<!DOCTYPE html>
<html lang="${regions[data.locale]}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'">
<meta name="robots" content="noindex">
<title>${title}</title>
<style>${style}</style>
</head>
<body>
<main>
<h1>${title}</h1>
<p class="lead">${escapeHtml(t('offline.lead'))}</p>
<p>${escapeHtml(t('offline.status'))}</p>
<noscript><p class="note">${escapeHtml(t('offline.noScript'))}</p></noscript>
<p id="progress" role="status"></p>
<div id="badges"></div>
<p class="hint">${escapeHtml(t('offline.more'))}</p>
</main>
<script type="application/json" id="data">${json}</script>
<script>${await script()}</script>
</body>
</html>
`
}

const style = `:root{color-scheme:light dark;--canvas:#F7F8FA;--surface:#FFF;--text:#14202E;--muted:#4A5868;--border:#D3DAE3;--ok:#12613B;--oks:#DFF3E7;--warn:#7A4B00;--warns:#FFF0D1;--bad:#A3161F;--bads:#FCE4E4;--neutral:#3C4A59;--neutrals:#E7EBF0}
@media(prefers-color-scheme:dark){:root{--canvas:#0E141B;--surface:#161E27;--text:#EAF0F6;--muted:#A9B7C6;--border:#2C3947;--ok:#7DCA9E;--ok:#7FDCA8;--oks:#0F3322;--warn:#FFCB6B;--warns:#3A2A08;--bad:#FF9E9E;--bads:#451A1D;--neutral:#C3CEDA;--neutrals:#243140}}
*{box-sizing:border-box}body{margin:0;background:var(--canvas);color:var(--text);font:1rem/1.55 system-ui,sans-serif}main{max-width:46rem;margin:0 auto;padding:2rem 1rem}
h1{font-size:1.875rem;line-height:1.2;margin:0 0 .75rem}h2{font:600 1.25rem/1.35 Georgia,serif;margin:0 0 .25rem}.lead{font-size:1.125rem}.hint,.facts{color:var(--muted);font-size:.875rem;margin:.25rem 0}
article{background:var(--surface);border:1px solid var(--border);border-radius:12px;padding:1rem;margin:1rem 0;display:grid;grid-template-columns:96px 1fr;gap:1rem}article img{width:96px;height:96px;object-fit:contain}article>div{min-width:0;overflow-wrap:anywhere}
.verdict,.note{border-left:4px solid;border-radius:4px;padding:.5rem .75rem;margin:.5rem 0}.ok{color:var(--ok);background:var(--oks)}.warn{color:var(--warn);background:var(--warns)}.bad{color:var(--bad);background:var(--bads)}.neutral,.note{color:var(--neutral);background:var(--neutrals)}.verdict strong{display:block}
summary{cursor:pointer;min-height:1.5rem}summary:focus-visible{outline:3px solid #0B57D0;outline-offset:2px}ul{padding-left:1.25rem;margin:.5rem 0}li{margin:.25rem 0}
@media(max-width:30rem){article{grid-template-columns:1fr}}`
