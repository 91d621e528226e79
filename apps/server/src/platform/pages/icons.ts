import { attributes, type Html, html, trustedHtml } from '../http/html.ts'

/**
 * Line icons on a 20-unit grid, drawn for Lapel. They always stand beside a word, so each is hidden from
 * assistive technology; `currentColor` lets them follow the text, forced colours included.
 */
const shapes = {
  dot: '<circle cx="10" cy="10" r="5" fill="currentColor" stroke="none"/>',
  ring: '<circle cx="10" cy="10" r="5.5" stroke-dasharray="2.4 2.2"/>',
  check: '<path d="M4.5 10.5 8.2 14.2 15.5 6.2"/>',
  cross: '<path d="m5.5 5.5 9 9m0-9-9 9"/>',
  warning: '<path d="M10 3.2 17.6 16.4H2.4Z"/><path d="M10 8v3.6M10 13.9v.1"/>',
  info: '<circle cx="10" cy="10" r="7.2"/><path d="M10 9.2v4.6M10 6.4v.1"/>',
  clock: '<circle cx="10" cy="10" r="7"/><path d="M10 6v4.2l2.8 1.8"/>',
  lock: '<rect x="4.2" y="9" width="11.6" height="7.6" rx="1.6"/><path d="M6.8 9V6.6a3.2 3.2 0 0 1 6.4 0V9"/>',
  chain:
    '<path d="M8.4 11.6a3 3 0 0 0 4.3 0l2.7-2.7a3 3 0 0 0-4.3-4.3L10 5.7"/><path d="M11.6 8.4a3 3 0 0 0-4.3 0l-2.7 2.7a3 3 0 0 0 4.3 4.3l1.1-1.1"/>',
  globe:
    '<circle cx="10" cy="10" r="7.2"/><path d="M2.8 10h14.4M10 2.8c2.3 2 3.2 4.5 3.2 7.2s-.9 5.2-3.2 7.2c-2.3-2-3.2-4.5-3.2-7.2s.9-5.2 3.2-7.2Z"/>',
  replace: '<path d="M3.5 7.2h12M12.5 4.2l3 3-3 3M16.5 13h-12M7.5 10l-3 3 3 3"/>',
  pause: '<path d="M7.2 5v10M12.8 5v10"/>',
  arrow: '<path d="M4 10h12M11 5l5 5-5 5"/>',
  back: '<path d="M16 10H4M9 5l-5 5 5 5"/>',
  chevron: '<path d="m5.5 7.8 4.5 4.5 4.5-4.5"/>',
  external:
    '<path d="M11.5 4H16v4.5M16 4l-7 7M8.5 5H5.6A1.6 1.6 0 0 0 4 6.6v7.8A1.6 1.6 0 0 0 5.6 16h7.8a1.6 1.6 0 0 0 1.6-1.6v-2.9"/>',
  menu: '<path d="M3.5 6h13M3.5 10h13M3.5 14h13"/>',
  search: '<circle cx="8.8" cy="8.8" r="5"/><path d="m12.5 12.5 4 4"/>',
  plus: '<path d="M10 4v12M4 10h12"/>',
  copy: '<rect x="7" y="7" width="9.5" height="9.5" rx="1.6"/><path d="M13 7V5.1a1.6 1.6 0 0 0-1.6-1.6H5.1A1.6 1.6 0 0 0 3.5 5.1v6.3A1.6 1.6 0 0 0 5.1 13H7"/>',
  share:
    '<path d="M10 12.5V3.5M6.5 6.5 10 3l3.5 3.5M5.5 9.5H4.6A1.1 1.1 0 0 0 3.5 10.6v5.3A1.1 1.1 0 0 0 4.6 17h10.8a1.1 1.1 0 0 0 1.1-1.1v-5.3a1.1 1.1 0 0 0-1.1-1.1h-.9"/>',
  download: '<path d="M10 3v9M6.5 9 10 12.5 13.5 9M3.5 16.5h13"/>',
  more: '<path d="M4.5 10v.1M10 10v.1M15.5 10v.1" stroke-width="2.6"/>',
  file: '<path d="M5 3.5h6.5L15 7v9.5H5Z"/><path d="M11.5 3.5V7H15"/>',
  person: '<circle cx="10" cy="6.8" r="3.3"/><path d="M3.5 17c.7-3.6 3.2-5.4 6.5-5.4s5.8 1.8 6.5 5.4"/>',
  sun: '<circle cx="10" cy="10" r="3.4"/><path d="M10 2.5v1.7M10 15.8v1.7M2.5 10h1.7M15.8 10h1.7M4.7 4.7l1.2 1.2M14.1 14.1l1.2 1.2M4.7 15.3l1.2-1.2M14.1 5.9l1.2-1.2"/>',
  moon: '<path d="M16 11.8A6.6 6.6 0 0 1 8.2 4a6.6 6.6 0 1 0 7.8 7.8Z"/>',
  device: '<rect x="3" y="4" width="14" height="9.5" rx="1.4"/><path d="M7.5 16.5h5"/>',
  mail: '<rect x="3" y="4.5" width="14" height="11" rx="1.6"/><path d="m3.6 6.2 6.4 4.9 6.4-4.9"/>',
  pin: '<path d="M10 17.2V12M6.2 12h7.6M7.6 3h4.8l-.6 4.6 2 4.4H6.2l2-4.4Z"/>',
} as const
export type IconName = keyof typeof shapes

/** An icon beside a word. It carries no meaning of its own. */
export function icon(name: IconName, className = ''): Html {
  return html`<svg${attributes({ class: `icon icon-${name}${className ? ` ${className}` : ''}` })} viewBox="0 0 20 20" width="20" height="20" fill="none" stroke="currentColor" stroke-width="1.6" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" focusable="false">${trustedHtml(shapes[name])}</svg>`
}

/** The small drawings of empty states: paper, pin and ribbon, in muted ink with brass. */
const drawings = {
  badges:
    '<path class="ink" d="M28 14h64a6 6 0 0 1 6 6v52a6 6 0 0 1-6 6H28a6 6 0 0 1-6-6V20a6 6 0 0 1 6-6Z"/><path class="ink faint" d="M34 62h24M34 54h16"/><circle class="brass" cx="76" cy="42" r="13"/><circle class="ink" cx="76" cy="42" r="8.5"/><path class="brass" d="m69 53-4 15 11-5 11 5-4-15"/>',
  documents:
    '<path class="ink" d="M36 10h34l16 16v52H36Z"/><path class="ink" d="M70 10v16h16"/><path class="ink faint" d="M46 38h30M46 47h30M46 56h18"/><circle class="brass" cx="76" cy="66" r="7"/><path class="brass" d="m72 72-2 10 6-3 6 3-2-10"/>',
  people:
    '<circle class="ink" cx="48" cy="34" r="12"/><path class="ink" d="M26 72c2-14 10-21 22-21s20 7 22 21"/><circle class="brass" cx="80" cy="40" r="9"/><path class="brass" d="M74 57c11-2 19 4 21 15"/>',
  search:
    '<path class="ink" d="M24 16h52v60H24Z"/><path class="ink faint" d="M33 30h34M33 40h20"/><circle class="brass" cx="72" cy="54" r="14"/><path class="brass" d="m82 64 13 13"/>',
  links:
    '<path class="ink" d="M52 52a11 11 0 0 0 16 0l12-12a11 11 0 0 0-16-16l-6 6"/><path class="brass" d="M66 44a11 11 0 0 0-16 0L38 56a11 11 0 0 0 16 16l6-6"/>',
  clock:
    '<circle class="ink" cx="56" cy="44" r="30"/><path class="ink faint" d="M56 20v4M56 64v4M32 44h4M76 44h4"/><path class="brass" d="M56 28v16l11 8"/>',
  lock: '<rect class="ink" x="32" y="38" width="56" height="40" rx="5"/><path class="ink" d="M44 38V26a16 16 0 0 1 32 0v12"/><circle class="brass" cx="60" cy="55" r="5"/><path class="brass" d="M60 60v8"/>',
} as const
export type DrawingName = keyof typeof drawings

export function drawing(name: DrawingName): Html {
  return html`<svg class="drawing" viewBox="0 0 120 90" width="120" height="90" fill="none" stroke-width="2" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" focusable="false">${trustedHtml(drawings[name])}</svg>`
}

/** The mark: a pin through the corner of a lapel. Colours come from the style sheet. */
export function logoMark(): Html {
  return html`<svg class="logo-mark" viewBox="0 0 32 32" width="32" height="32" aria-hidden="true" focusable="false">${trustedHtml(
    '<path class="logo-cloth" d="M5 3h13.5a3 3 0 0 1 2.3 1.1L27 11.7a2 2 0 0 1-.3 2.8L12.4 26.3a1.6 1.6 0 0 1-1.6.3L5 24.4a3 3 0 0 1-2-2.8V5a2 2 0 0 1 2-2Z"/><path class="logo-seam" d="M6.5 21.2 11 23l12.6-10.3"/><circle class="logo-pin" cx="11.6" cy="11.4" r="4.6"/><path class="logo-glint" d="m9.7 11.5 1.4 1.4 2.5-2.9"/>',
  )}</svg>`
}
