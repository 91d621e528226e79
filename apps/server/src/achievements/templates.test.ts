import assert from 'node:assert/strict'
import { test } from 'node:test'
import sharp from 'sharp'
import { member, organization } from '../../test/fixtures/console.ts'
import { type Lapel, startLapel } from '../../test/lapel.ts'
import { formsOf, type Visitor } from '../../test/visitor.ts'

const png = async (width: number, height: number) =>
  new Uint8Array(
    await sharp({ create: { width, height, channels: 3, background: '#1b4f9c' } })
      .png()
      .toBuffer(),
  )
const base = '/console/northfield-college/badges'

async function team(lapel: Lapel) {
  const ada = await lapel.person('ada@example.org')
  const org = await organization(lapel, { owner: ada })
  return { ada, org }
}

/** Starts a template and gives the address of its editor. */
async function started(person: Visitor, name = 'Data Storytelling'): Promise<string> {
  const answer = await person.post(`${base}/new`, { name, language: 'en' }, { shownOn: `${base}/new` })
  assert.equal(answer.status, 303)
  return answer.location ?? ''
}

const complete = {
  name: 'Data Storytelling',
  description: 'Tells stories with data.',
  outcomes: '- Choose a chart\n2) Write a headline\n\n',
  criteria: 'Pass **all** labs.',
  hours: '12,5',
  credits: '2',
  skill1Name: 'Charts',
  skill1Framework: 'ESCO',
  skill1Url: 'https://esco.example/charts',
  tags: 'data, charts, data',
  expiryKind: 'after',
  expiryAmount: '2',
  expiryUnit: 'years',
}

async function published(person: Visitor, fields: Record<string, string> = {}): Promise<string> {
  const at = await started(person, fields['name'])
  await submitVia(person, at, 'review', { ...complete, ...fields })
  const answer = await person.submit(`${at}/publish`, {}, { shownOn: `${at}/publish` })
  assert.match(answer.words, /is published\. It can be issued now\./)
  return at
}

/** Presses a button of the editor that sends its form to another address. */
async function submitVia(person: Visitor, at: string, action: string, fields: Record<string, string>) {
  await person.get(at)
  const form = formsOf(person.page?.text ?? '').find((found) => found.action === at)
  const answer = await person.send(`${at}/${action}`, { ...form?.fields, ...fields })
  return answer.location === undefined ? answer : person.get(answer.location)
}

test('a template is written, looked at, published, and has a public page with JSON behind it', async (t) => {
  const lapel = await startLapel(t)
  const { ada } = await team(lapel)
  assert.match((await ada.get(base)).words, /Start with one badge\./)
  const at = await started(ada)

  const saved = await ada.submit(at, complete, { shownOn: at })
  assert.match(saved.words, /Draft saved\./)
  const nobody = lapel.visitor()
  assert.equal((await nobody.request('/t/northfield-college/data-storytelling')).status, 404)

  const checklist = await submitVia(ada, at, 'review', {})
  assert.doesNotMatch(checklist.words, /Missing/)
  await ada.submit(`${at}/publish`, {}, { shownOn: `${at}/publish` })

  const page = await nobody.get('/t/northfield-college/data-storytelling')
  assert.equal(page.status, 200)
  for (const words of [
    'Choose a chart',
    'Write a headline',
    '2 years after it is issued',
    '12.5 hours',
    'Charts (ESCO)',
    'Domain not confirmed',
  ])
    assert.ok(page.words.includes(words), words)
  assert.match(page.text, /Pass <strong>all<\/strong> labs/)
  assert.match(page.text, /property="og:image" content="http:\/\/127\.0\.0\.1:\d+\/pictures\/[0-9a-f]{64}\.png"/)

  const json = await nobody.get('/t/northfield-college/data-storytelling', { headers: { accept: 'application/json' } })
  const redirected = await nobody.request('/t/northfield-college/data-storytelling', {
    headers: { accept: 'application/json' },
  })
  assert.equal(redirected.status, 303)
  const document = (
    await nobody.request(redirected.location ?? '', { headers: { accept: 'application/json' } })
  ).json() as Record<string, unknown>
  assert.ok(json.status < 400)
  assert.equal(document['name'], 'Data Storytelling')
  assert.deepEqual(document['type'], ['Achievement'])
  const picture = await nobody.request(/src="(\/pictures\/512\/[0-9a-f]{64}\.png)"/.exec(page.text)?.[1] ?? '')
  assert.equal(picture.headers.get('content-type'), 'image/png')

  const issuer = await nobody.get('/o/northfield-college')
  assert.match(issuer.text, /href="\/t\/northfield-college\/data-storytelling"/)
  const profile = await nobody.request('/o/northfield-college', { headers: { accept: 'application/ld+json' } })
  assert.match(profile.location ?? '', /^\/i\/[\w-]{22}$/)
})

test('publishing again makes a new version and leaves the old one as it was', async (t) => {
  const lapel = await startLapel(t)
  const { ada, org } = await team(lapel)
  const at = await published(ada)
  const again = await ada.get(`${at}/publish`)
  assert.match(again.words, /Nothing has changed since version 1/)

  await ada.submit(at, { description: 'Tells better stories.' }, { shownOn: at })
  assert.match((await ada.get(base)).words, /Published Unpublished changes/)
  assert.match((await lapel.visitor().get('/t/northfield-college/data-storytelling')).words, /Tells stories with data/)
  const published2 = await ada.submit(`${at}/publish`, {}, { shownOn: `${at}/publish` })
  assert.match(published2.words, /Version 2/)
  const page = await lapel.visitor().get('/t/northfield-college/data-storytelling')
  assert.match(page.words, /Earlier versions 1, published/)
  const links = [...page.text.matchAll(/href="(\/i\/[^"]+\?format=json)"/g)].map(([, link = '']) => link)
  assert.equal(links.length, 2)
  for (const link of links)
    assert.equal(((await lapel.visitor().request(link)).json() as { name: string }).name, 'Data Storytelling')
  const versions = await lapel.db
    .selectFrom('achievementVersions')
    .select(['version', 'content'])
    .where('organizationId', '=', org.id)
    .orderBy('version')
    .execute()
  assert.deepEqual(
    versions.map(({ content }) => (content as { description: string }).description),
    ['Tells stories with data.', 'Tells better stories.'],
  )
  // Nobody, not even the program, changes what was published.
  await assert.rejects(
    lapel.db.updateTable('achievementVersions').set({ contentHash: 'x' }).execute(),
    /permission denied/,
  )
})

test('what is missing stands in the checklist, and nothing can be published without it', async (t) => {
  const lapel = await startLapel(t)
  const { ada } = await team(lapel)
  const at = await started(ada)
  const checklist = await ada.get(`${at}/publish`)
  assert.match(
    checklist.words,
    /A description Missing What it takes to earn it Missing A description of the picture Done/,
  )
  assert.doesNotMatch(checklist.text, new RegExp(`action="${at}/publish"`))
  const csrf = /name="csrf" value="([^"]+)"/.exec(checklist.text)?.[1] ?? ''
  await ada.send(`${at}/publish`, { csrf })
  const versions = await lapel.db.selectFrom('achievementVersions').select('version').execute()
  assert.equal(versions.length, 0)
})

test('what is wrong is named at its field and everything typed stays', async (t) => {
  const lapel = await startLapel(t)
  const { ada } = await team(lapel)
  const at = await started(ada)
  const answer = await ada.submit(
    at,
    {
      ...complete,
      name: 'x'.repeat(121),
      hours: 'many',
      expiryKind: 'on',
      expiryDate: '2027-02-31',
      skill1Url: 'javascript:alert(1)',
      skill2Code: 'only a code',
      otherDescription: 'Sans nom',
    },
    { shownOn: at },
  )
  assert.equal(answer.status, 422)
  for (const words of [
    'Shorten this to 120 characters',
    'Enter a number from 0 to 100000',
    'Enter the last day, such as 2027-12-31',
    'Enter a web address that begins with https://',
    'Enter the name of the skill',
    'Enter the name in this language too',
  ])
    assert.ok(answer.words.replaceAll(',', '').split(words.replaceAll(',', '')).length >= 3, words)
  for (const typed of ['x'.repeat(121), 'many', 'only a code', 'Sans nom', 'Pass **all** labs.'])
    assert.ok(answer.text.includes(typed), typed.slice(0, 20))
  const row = await lapel.db.selectFrom('achievements').select('draft').executeTakeFirstOrThrow()
  assert.equal((row.draft as { description: string }).description, '')
})

test('two people who write at the same time do not overwrite each other', async (t) => {
  const lapel = await startLapel(t)
  const { ada, org } = await team(lapel)
  const grace = await lapel.person('grace@example.org')
  await member(lapel, org.id, grace, 'designer')
  const at = await started(ada)
  await ada.get(at)
  await grace.get(at)
  await ada.submit(at, { description: 'By Ada' })

  const answer = await grace.submit(at, { description: 'By Grace' })
  assert.equal(answer.status, 409)
  assert.match(answer.words, /Somebody saved this template while you were writing/)
  assert.match(answer.text, /By Grace/)
  const kept = await lapel.db.selectFrom('achievements').select('draft').executeTakeFirstOrThrow()
  assert.equal((kept.draft as { description: string }).description, 'By Ada')
  await grace.submit(at, { description: 'By Grace' })
  const chosen = await lapel.db.selectFrom('achievements').select('draft').executeTakeFirstOrThrow()
  assert.equal((chosen.draft as { description: string }).description, 'By Grace')
})

test('a picture is drawn from choices or uploaded, and refused with words that help', async (t) => {
  const lapel = await startLapel(t)
  const { ada } = await team(lapel)
  const at = await started(ada)
  const drawn = await ada.submit(
    `${at}/design`,
    { shape: 'shield', palette: 'plum', initials: 'DS', levelMarks: '2' },
    { shownOn: `${at}/design` },
  )
  assert.match(drawn.words, /The picture is saved in the draft/)
  assert.match(drawn.text, /Shield badge with the letters DS, and 2 level marks/)
  const svg = await ada.request(`${at}/picture.svg`)
  assert.match(svg.headers.get('content-security-policy') ?? '', /sandbox/)
  assert.match(svg.text, /#5A2A6B/)

  const upload = (file: File, uploadAltText = 'A blue square') =>
    ada.submit(`${at}/design/upload`, { file, uploadAltText }, { shownOn: `${at}/design` })
  for (const [file, message] of [
    [new File([await png(399, 399)], 'a.png'), /399 by 399 pixels\. It needs at least 400/],
    [new File([await png(800, 400)], 'a.png'), /It needs to be square/],
    [new File(['%PDF-1.7'], 'a.png'), /This is a PDF file/],
    [new File(['plain'], 'a.png'), /not a picture that we can read/],
  ] as const) {
    const refused = await upload(file)
    assert.equal(refused.status, 422)
    assert.match(refused.words, message)
    assert.match(refused.text, /value="A blue square"/)
  }
  assert.match(
    (await upload(new File([await png(500, 500)], 'a.png'), '')).words,
    /Describe the picture for people who do not see it/,
  )
  const taken = await upload(new File([await png(500, 500)], 'a.png'))
  assert.match(taken.words, /The picture is saved in the draft/)
  const hostile = await upload(
    new File(
      [
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><script>alert(1)</script><circle r="4" cx="4.5" cy="4.5"/></svg>',
      ],
      'a.svg',
    ),
  )
  assert.match(hostile.words, /For safety we took these out of the drawing: element script/)
})

test('templates of others, and ids that do not exist, look the same', async (t) => {
  const lapel = await startLapel(t)
  const { ada } = await team(lapel)
  const at = await published(ada)
  const id = at.split('/').at(-1) ?? ''
  const mallory = await lapel.person('mallory@example.org')
  await organization(lapel, { owner: mallory, name: 'Evil Institute', slug: 'evil' })
  await mallory.get('/console/evil/badges')
  const csrf = /name="csrf" value="([^"]+)"/.exec((await mallory.get('/console/evil/badges/new')).text)?.[1] ?? ''
  const unknown = 'A'.repeat(22)
  for (const path of ['', '/publish', '/design', '/delete', '/picture.svg']) {
    assert.equal((await mallory.request(`${base}/${id}${path}`)).status, 404, `${base}${path}`)
    assert.equal((await mallory.request(`/console/evil/badges/${id}${path}`)).status, 404, `evil${path}`)
    assert.equal((await mallory.request(`/console/evil/badges/${unknown}${path}`)).status, 404)
  }
  for (const path of [
    '',
    '/autosave',
    '/preview',
    '/review',
    '/to-design',
    '/more-skills',
    '/publish',
    '/design',
    '/design/preview',
    '/design/upload',
    '/copy',
    '/archive',
    '/restore',
    '/discard',
    '/delete',
  ]) {
    assert.equal((await mallory.send(`${base}/${id}${path}`, { csrf })).status, 404, path)
    assert.equal((await mallory.send(`/console/evil/badges/${id}${path}`, { csrf })).status, 404, path)
  }
  const row = await lapel.db.selectFrom('achievements').select(['state', 'draft']).executeTakeFirstOrThrow()
  assert.equal(row.state, 'published')
})

test('who may not design reads templates and is told who may', async (t) => {
  const lapel = await startLapel(t)
  const { ada, org } = await team(lapel)
  const at = await published(ada)
  for (const role of ['issuer', 'viewer'] as const) {
    const person = await lapel.person(`${role}@example.org`)
    await member(lapel, org.id, person, role)
    const view = await person.get(at)
    assert.equal(view.status, 200)
    assert.doesNotMatch(view.text, /<textarea|Save draft|Archive/)
    assert.doesNotMatch((await person.get(base)).words, /New badge template/)
    for (const path of [`${base}/new`, `${at}/publish`, `${at}/design`, `${at}/delete`]) {
      const refused = await person.request(path)
      assert.equal(refused.status, 403)
      assert.match(refused.words, /This page needs the role Owner, Admin,? or Designer/)
    }
    const csrf =
      /name="csrf" value="([^"]+)"/.exec((await person.get('/console/northfield-college/team')).text)?.[1] ?? ''
    for (const path of ['', '/autosave', '/publish', '/design', '/archive', '/discard', '/copy', '/delete'])
      assert.equal((await person.send(`${at}${path}`, { csrf })).status, 403, path)
  }
})

test('an archived template is read, restored, and says so in public; a draft can be deleted', async (t) => {
  const lapel = await startLapel(t)
  const { ada } = await team(lapel)
  const at = await published(ada)
  await ada.submit(`${at}/archive`, {}, { shownOn: at })
  assert.match(ada.page?.words ?? '', /This template is archived/)
  assert.match(
    (await lapel.visitor().get('/t/northfield-college/data-storytelling')).words,
    /no longer issues this badge/,
  )
  assert.doesNotMatch((await lapel.visitor().get('/o/northfield-college')).words, /Data Storytelling/)
  const restored = await ada.submit(`${at}/restore`, {}, { shownOn: at })
  assert.match(restored.words, /is back/)

  const draft = await started(ada, 'Throwaway')
  const gone = await ada.submit(`${draft}/delete`, {}, { shownOn: `${draft}/delete` })
  assert.match(gone.words, /The draft is deleted/)
  assert.equal((await ada.request(draft)).status, 404)
  const csrf = /name="csrf" value="([^"]+)"/.exec((await ada.get(at)).text)?.[1] ?? ''
  await ada.send(`${at}/delete`, { csrf })
  assert.equal((await ada.request(at)).status, 200)
})

test('text that attacks is shown as text, on every page and in every field', async (t) => {
  const lapel = await startLapel(t)
  const { ada } = await team(lapel)
  const attack = `"><img src=x onerror=alert(1)><script>alert(2)</script>`
  const at = await published(ada, {
    name: attack,
    description: attack,
    outcomes: attack,
    criteria: `${attack} [x](javascript:alert(3)) ![x](https://evil.example/p.png)`,
    level: attack.slice(0, 60),
    tags: attack.slice(0, 40),
    skill1Name: attack,
    skill1Framework: attack,
    altText: attack,
    otherName: attack,
    otherDescription: attack,
    otherOutcomes: attack,
    otherCriteria: attack,
  })
  const slug = (await lapel.db.selectFrom('achievements').select('slug').executeTakeFirstOrThrow()).slug
  assert.match(slug, /^[a-z0-9-]+$/)
  const nobody = lapel.visitor()
  for (const page of [
    await ada.get(at),
    await ada.get(base),
    await ada.get(`${at}/design`),
    await ada.get(`${at}/publish`),
    await nobody.get(`/t/northfield-college/${slug}`),
    await nobody.get('/o/northfield-college'),
  ]) {
    assert.equal(page.status, 200)
    assert.doesNotMatch(page.text, /<img src=x|<script>alert|href="javascript:|evil\.example\/p\.png"/)
  }
})
