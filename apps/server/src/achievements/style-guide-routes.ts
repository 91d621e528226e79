import { Hono } from 'hono'
import type { Deps } from '../platform/deps.ts'
import { csrfToken } from '../platform/http/csrf.ts'
import type { Env } from '../platform/http/context.ts'
import { page } from '../platform/http/page.ts'
import { styleGuidePage } from '../platform/pages/style-guide.ts'
import { badgeAltText, type BadgeDesign, badgeSvg, designBadge } from './badge-image.ts'

const names = [
  'Data Storytelling',
  'Certified Scheduler',
  'First Aid',
  'Récits de données',
  'Open Water Safety',
  '数据叙事',
]
const richer: Partial<BadgeDesign>[] = [
  { shape: 'circle', ringText: 'Northfield College', levelMarks: 2 },
  { shape: 'rosette', glyph: 'book', ringText: 'Certified 2026' },
  { shape: 'shield', levelMarks: 3 },
]
const designs = Array.from({ length: 24 }, (_, at) =>
  designBadge({ seed: `style-guide-${at}`, name: names[at % names.length] ?? '', settings: richer[at - 21] ?? {} }),
)

/** The style guide with badges of the generator; mounted in demo mode only, since it means nothing to visitors. */
export function styleGuideRoutes(deps: Pick<Deps, 'config' | 'secrets'>): Hono<Env> {
  const routes = new Hono<Env>()
  routes.get('/style-guide', (c) => {
    const t = c.get('t')
    const badgePictures = designs.map((design, at) => ({
      url: `/style-guide/badges/${at}.svg`,
      alt: badgeAltText(c.get('locale'), design),
    }))
    const body = styleGuidePage({ t, csrf: csrfToken(c, deps), badgePictures })
    return page(c, deps, { title: t('guide.title'), heading: null, body })
  })
  routes.get('/style-guide/badges/:file{[0-9]+\\.svg}', (c) => {
    const design = designs[Number.parseInt(c.req.param('file'), 10)]
    if (!design) return c.notFound()
    return c.body(badgeSvg(design), 200, { 'content-type': 'image/svg+xml', 'cache-control': 'public, max-age=3600' })
  })
  return routes
}
