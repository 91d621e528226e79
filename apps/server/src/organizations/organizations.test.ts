import assert from 'node:assert/strict'
import { test } from 'node:test'
import sharp from 'sharp'
import { member, organization } from '../../test/fixtures/console.ts'
import { startLapel } from '../../test/lapel.ts'

const png = (width: number, height: number) =>
  sharp({ create: { width, height, channels: 3, background: '#1b4f9c' } })
    .png()
    .toBuffer()
const file = (bytes: Uint8Array<ArrayBuffer> | string, name: string) => new File([bytes], name)

test('a person creates an organization with a logo and becomes its owner', async (t) => {
  const lapel = await startLapel(t)
  const ada = await lapel.person('ada@example.org')
  await ada.get('/console')
  assert.match(ada.page?.words ?? '', /You do not work for an organization yet/)

  const answer = await ada.submit(
    '/console/new',
    {
      name: '  École  Polytechnique du Nord ',
      description: 'Nous enseignons.',
      website: 'www.ecole.example',
      contactEmail: 'badges@ecole.example',
      accent: '#FFCC00',
      linkedinOrganizationId: 'https://www.linkedin.com/company/10354/admin/',
      logo: file(new Uint8Array(await png(300, 120)), 'logo.png'),
    },
    { shownOn: '/console/new' },
  )

  assert.equal(answer.status, 200)
  assert.match(answer.words, /École Polytechnique du Nord is ready/)
  const row = await lapel.db.selectFrom('organizations').selectAll().executeTakeFirstOrThrow()
  assert.equal(row.slug, 'ecole-polytechnique-du-nord')
  assert.equal(row.website, 'https://www.ecole.example/')
  assert.equal(row.linkedinOrganizationId, '10354')
  assert.equal(row.accent, '#ffcc00')
  assert.equal(row.state, 'active')
  const keys = await lapel.db.selectFrom('signingKeyPublics').select('organizationId').execute()
  assert.deepEqual(keys, [{ organizationId: row.id }])

  await ada.get('/console/ecole-polytechnique-du-nord/profile')
  assert.match(ada.page?.words ?? '', /Words in #FFCC00 are hard to read/)
  const logo = await ada.request(/src="(\/pictures\/120\/[0-9a-f]+\.png)"/.exec(ada.page?.text ?? '')?.[1] ?? '')
  assert.equal(logo.status, 200)
  assert.match(logo.headers.get('cache-control') ?? '', /immutable/)
  assert.match(logo.headers.get('content-security-policy') ?? '', /sandbox/)
  assert.equal(logo.headers.get('x-content-type-options'), 'nosniff')
})

test('a double click creates one organization', async (t) => {
  const lapel = await startLapel(t)
  const ada = await lapel.person('ada@example.org')
  await ada.get('/console/new')
  const idempotency = /name="idempotency" value="([^"]+)"/.exec(ada.page?.text ?? '')?.[1] ?? ''
  const fields = { name: 'Northfield College', idempotency }

  const answers = await Promise.all([ada.post('/console/new', fields), ada.post('/console/new', fields)])

  assert.deepEqual(
    answers.map(({ location }) => location),
    ['/console/northfield-college', '/console/northfield-college'],
  )
  assert.equal((await lapel.db.selectFrom('organizations').select('id').execute()).length, 1)
})

test('what is wrong is said at its field, and nothing that was typed is lost, the logo included', async (t) => {
  const lapel = await startLapel(t)
  const ada = await lapel.person('ada@example.org')
  const answer = await ada.submit(
    '/console/new',
    {
      name: '',
      slug: 'Not A Slug',
      description: 'We teach <b>people</b>',
      website: 'javascript:alert(1)',
      contactEmail: 'nobody',
      accent: 'blue',
      claimLinkDays: '3',
      linkedinOrganizationId: 'us',
      logo: file(new Uint8Array(await png(100, 100)), 'logo.png'),
    },
    { shownOn: '/console/new' },
  )
  assert.equal(answer.status, 422)
  for (const message of [
    'Enter the name of the organization',
    'Enter a web address',
    'Enter an email address in the format name@example.com',
    'Enter a colour such as #1B4F9C',
    'Enter a number of days from 7 to 365',
    'Enter the number of your LinkedIn page',
  ])
    assert.equal(answer.words.split(message).length - 1, 2, `${message} stands in the summary and at the field`)
  assert.match(answer.text, /We teach &lt;b&gt;people&lt;\/b&gt;/)
  assert.match(answer.text, /value="javascript:alert\(1\)"/)

  const second = await ada.submit('/console/new', {
    name: 'Northfield',
    slug: 'northfield',
    website: '',
    contactEmail: '',
    accent: '',
    claimLinkDays: '30',
    linkedinOrganizationId: '',
  })
  assert.equal(second.status, 200)
  const row = await lapel.db.selectFrom('organizations').select(['logoHash', 'claimLinkDays']).executeTakeFirstOrThrow()
  assert.ok(row.logoHash, 'the logo of the first try is kept')
  assert.equal(row.claimLinkDays, 30)
})

test('a file that is no picture is named, and the form keeps its words', async (t) => {
  const lapel = await startLapel(t)
  const ada = await lapel.person('ada@example.org')
  const tries: [File, RegExp][] = [
    [file('not a picture', 'logo.png'), /This file is not a picture that we can read/],
    [file('GIF89a...........', 'logo.gif'), /This is a GIF file\. Save the picture as PNG, JPEG or SVG/],
    [file(new Uint8Array(await png(20, 20)), 'logo.png'), /20 by 20 pixels\. It needs at least 64/],
    [file('', 'logo.png'), /The file is empty/],
    [file('<svg xmlns="http://www.w3.org/2000/svg"><g', 'logo.svg'), /The picture is damaged/],
  ]
  for (const [logo, message] of tries) {
    const answer = await ada.submit('/console/new', { name: 'Typed Name', logo }, { shownOn: '/console/new' })
    assert.equal(answer.status, 422)
    assert.match(answer.words, message)
    assert.match(answer.text, /value="Typed Name"/)
  }
})

test('a drawing with scripts is taken without them, and the page says what was taken out', async (t) => {
  const lapel = await startLapel(t)
  const ada = await lapel.person('ada@example.org')
  const answer = await ada.submit(
    '/console/new',
    {
      name: 'Northfield',
      logo: file(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 90 90" onload="alert(1)"><script>alert(1)</script><circle r="40" cx="45" cy="45"/></svg>',
        'logo.svg',
      ),
    },
    { shownOn: '/console/new' },
  )
  assert.match(answer.words, /took these out of the drawing: attribute onload and element script/)
})

test('a changed address leads on, for members', async (t) => {
  const lapel = await startLapel(t)
  const ada = await lapel.person('ada@example.org')
  await organization(lapel, { owner: ada })
  await ada.submit(
    '/console/northfield-college/profile',
    { slug: 'northfield' },
    { shownOn: '/console/northfield-college/profile' },
  )

  const answer = await ada.request('/console/northfield-college/team?x=1')
  assert.deepEqual([answer.status, answer.location], [301, '/console/northfield/team?x=1'])
  const stranger = await lapel.person('mallory@example.org')
  assert.equal((await stranger.request('/console/northfield-college/team')).status, 404)

  // Nobody else can take the old address, and the organization itself can go back to it.
  const other = await stranger.submit(
    '/console/new',
    { name: 'Other', slug: 'northfield-college' },
    { shownOn: '/console/new' },
  )
  assert.match(other.words, /That address is taken/)
  await ada.submit(
    '/console/northfield/profile',
    { slug: 'northfield-college' },
    { shownOn: '/console/northfield/profile' },
  )
  assert.equal((await ada.request('/console/northfield-college/team')).status, 200)
})

test('an organization of others looks as if it were not there', async (t) => {
  const lapel = await startLapel(t)
  const ada = await lapel.person('ada@example.org')
  await organization(lapel, { owner: ada })
  const mallory = await lapel.person('mallory@example.org')
  await organization(lapel, { owner: mallory, name: 'Evil Institute', slug: 'evil' })
  const nobody = lapel.visitor()
  for (const path of ['', '/team', '/profile', '/domain', `/team/${ada.accountId}`, `/team/${ada.accountId}/remove`]) {
    const foreign = await mallory.request(`/console/northfield-college${path}`)
    const unknown = await mallory.request(`/console/no-such-college${path}`)
    assert.deepEqual([foreign.status, unknown.status], [404, 404], path)
    const strip = (text: string) => text.replaceAll(/northfield-college|no-such-college|value="[^"]*"/g, '')
    assert.equal(strip(foreign.text), strip(unknown.text), path)
    const redirect = await nobody.request(`/console/northfield-college${path}`)
    assert.equal(redirect.status, 303)
    assert.match(redirect.location ?? '', /^\/sign-in\?return=/)
  }
  // Ids of another organization's people behind one's own address.
  assert.equal((await mallory.request(`/console/evil/team/${ada.accountId}`)).status, 404)
  await mallory.get('/console/evil/team')
  for (const path of [
    `/team/${ada.accountId}/role`,
    `/team/${ada.accountId}/remove`,
    '/team/invitations/00000000-0000-7000-8000-000000000000/cancel',
  ]) {
    const answer = await mallory.send(`/console/evil${path}`, { csrf: csrfOf(mallory.page?.text), role: 'viewer' })
    assert.ok([404, 303, 400].includes(answer.status), `${path} ${answer.status}`)
  }
  assert.equal((await ada.request('/console/northfield-college')).status, 200)
})

function csrfOf(page: string | undefined): string {
  return /name="csrf" value="([^"]+)"/.exec(page ?? '')?.[1] ?? ''
}

test('a control that a role lacks is not shown, and its address says which role is needed and who gives it', async (t) => {
  const lapel = await startLapel(t)
  const ada = await lapel.person('ada@example.org', { familyName: 'Owner' })
  const org = await organization(lapel, { owner: ada })
  for (const role of ['designer', 'issuer', 'viewer'] as const) {
    const person = await lapel.person(`${role}@example.org`)
    await member(lapel, org.id, person, role)
    const overview = await person.get('/console/northfield-college')
    assert.doesNotMatch(overview.text, /href="\/console\/northfield-college\/(profile|domain)"/)
    assert.doesNotMatch((await person.get('/console/northfield-college/team')).words, /Invite somebody/)
    for (const path of ['profile', 'domain', `team/${ada.accountId}`, `team/${ada.accountId}/remove`]) {
      const refused = await person.request(`/console/northfield-college/${path}`)
      assert.equal(refused.status, 403, path)
      assert.match(
        refused.words,
        /This page needs the role Owner or Admin\. You have the role (Designer|Issuer|Viewer)\./,
      )
      assert.match(refused.words, /Ada Owner can give you the role\./)
    }
    const csrf = csrfOf((await person.get('/console/northfield-college/team')).text)
    for (const path of [
      'team/invite',
      `team/${ada.accountId}/role`,
      `team/${ada.accountId}/remove`,
      'profile',
      'domain',
      'domain/check',
    ])
      assert.equal((await person.send(`/console/northfield-college/${path}`, { csrf })).status, 403, path)
  }
})

test('names that look alike are held until somebody has compared them', async (t) => {
  const lapel = await startLapel(t)
  const ada = await lapel.person('ada@example.org')
  await organization(lapel, { owner: ada })
  const mallory = await lapel.person('mallory@example.org')
  const answer = await mallory.submit('/console/new', { name: 'Northfie1d Соllege' }, { shownOn: '/console/new' })
  assert.match(answer.words, /On hold The name looks like that of another organization, Northfield College/)
  const row = await lapel.db
    .selectFrom('organizations')
    .select(['state'])
    .where('name', 'like', 'Northfie1d%')
    .executeTakeFirstOrThrow()
  assert.equal(row.state, 'held')
  // Renaming does it too.
  const evil = await organization(lapel, { owner: mallory, name: 'Harmless', slug: 'harmless' })
  const stranger = lapel.visitor()
  assert.equal((await stranger.request('/o/harmless')).status, 200)
  await mallory.submit(
    '/console/harmless/profile',
    { name: 'Northfield  Collège' },
    { shownOn: '/console/harmless/profile' },
  )
  const renamed = await lapel.db
    .selectFrom('organizations')
    .select(['state'])
    .where('id', '=', evil.id)
    .executeTakeFirstOrThrow()
  assert.equal(renamed.state, 'held')
  // Nobody is shown the name before it was compared.
  assert.equal((await stranger.request('/o/harmless')).status, 404)
})
