/**
 * Contrast of two opaque colours, 1 to 21 (WCAG 2.2, "contrast ratio" and "relative luminance").
 *
 * @param first `#rgb` or `#rrggbb`
 * @param second likewise
 */
export function contrastRatio(first: string, second: string): number {
  const [a, b] = [luminance(first), luminance(second)]
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05)
}

/** The colour one sees when `over` lies on `under` with this opacity, as `#rrggbb`. */
export function blend(over: string, under: string, opacity: number): string {
  const [top, bottom] = [channels(over), channels(under)]
  return `#${top.map((value, at) => toHex(value * opacity + (bottom[at] ?? 0) * (1 - opacity))).join('')}`
}

/**
 * The organization's accent, made darker (or, on a dark page, lighter) in steps until a label on it and the accent
 * on the page both reach the ratio.
 *
 * @returns the colour and whether it had to be changed
 */
export function readableAccent(
  wanted: string,
  { label, page, ratio = 4.5 }: { label: string; page: string; ratio?: number },
): { color: string; changed: boolean } {
  const towards = luminance(page) > 0.5 ? '#000000' : '#ffffff'
  for (let step = 0; step <= 20; step++) {
    const color = step === 0 ? `#${channels(wanted).map(toHex).join('')}` : blend(towards, wanted, step / 20)
    if (contrastRatio(color, label) >= ratio && contrastRatio(color, page) >= ratio) return { color, changed: step > 0 }
  }
  return { color: towards, changed: true }
}

function luminance(color: string): number {
  const [r = 0, g = 0, b = 0] = channels(color).map((value) => {
    const part = value / 255
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}

function channels(color: string): [number, number, number] {
  const short = /^#([0-9a-f])([0-9a-f])([0-9a-f])$/i.exec(color)
  const long = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(color)
  if (!short && !long) throw new TypeError(`${color} is not a colour like #1b4f9c`)
  const part = (at: number) => Number.parseInt(long?.[at] ?? `${short?.[at]}${short?.[at]}`, 16)
  return [part(1), part(2), part(3)]
}

const toHex = (value: number) => Math.round(value).toString(16).padStart(2, '0')
