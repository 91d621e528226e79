import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import test from 'node:test'
import { anEarner, withdraw } from '../../test/fixtures/earner.ts'
import { startLapel } from '../../test/lapel.ts'
import { embedThemes } from './embed.ts'

test('the embed may be framed, sets no cookie, runs no script, and its own sheet is the one it allows', async (t) => {
  const lapel = await startLapel(t)
  const { publicId } = await anEarner(lapel, { visibility: 'link' })
  for (const theme of embedThemes) {
    const page = await lapel.visitor().request(`/embed/b/${publicId}?theme=${theme}&size=l`)
    const policy = page.headers.get('content-security-policy') ?? ''
    assert.match(policy, /frame-ancestors \*/)
    const sheet = /<style>([^]*?)<\/style>/.exec(page.text)?.[1] ?? ''
    assert.ok(policy.includes(createHash('sha256').update(sheet).digest('base64')))
    assert.ok(!page.text.includes('<script'))
    assert.equal(page.headers.getSetCookie().length, 0)
    assert.match(page.words, /Data Storytelling Issued to Maya Roy by Northfield College Valid - checked just now/)
  }
  const french = await lapel.visitor().request(`/embed/b/${publicId}?lang=fr`)
  assert.match(french.words, /Valide - vérifié à l’instant/)
  // Every other page may not be framed.
  assert.match(
    (await lapel.visitor().get(`/b/${publicId}`)).headers.get('content-security-policy') ?? '',
    /frame-ancestors 'none'/,
  )
})

test('embed and signature say what became of the badge, and nothing of one that is not shown', async (t) => {
  const lapel = await startLapel(t)
  const { publicId, issuer, credentialId } = await anEarner(lapel, { visibility: 'public' })
  const hidden = await anEarner(lapel, { issuer, to: 'zoe@northfield.example' })
  const stranger = lapel.visitor()
  const picture = (id: string) => stranger.request(`/b/${id}/signature.png?size=48`)
  const [live, secret, missing] = [
    await picture(publicId),
    await picture(hidden.publicId),
    await picture('A'.repeat(22)),
  ]
  for (const answer of [live, secret, missing]) {
    assert.equal(answer.status, 200)
    assert.equal(answer.headers.get('content-type'), 'image/png')
    assert.equal(answer.headers.get('cross-origin-resource-policy'), 'cross-origin')
    assert.match(answer.headers.get('cache-control') ?? '', /max-age=(\d|[1-5]\d|60)$/)
  }
  assert.deepEqual(secret.bytes, missing.bytes)
  const [frame, noFrame] = [
    await stranger.request(`/embed/b/${hidden.publicId}`),
    await stranger.request(`/embed/b/${'A'.repeat(22)}`),
  ]
  assert.equal(frame.status, 404)
  assert.equal(frame.text, noFrame.text)
  await withdraw(lapel, issuer, credentialId)
  assert.notDeepEqual((await picture(publicId)).bytes, live.bytes)
  const after = await stranger.request(`/embed/b/${publicId}`)
  assert.match(after.words, /Withdrawn - checked just now/)
  assert.ok(!after.text.includes('<img'))
})

test('oEmbed is found from the page, and answers as version 1.0 asks', async (t) => {
  const lapel = await startLapel(t)
  const { publicId, issuer } = await anEarner(lapel, { visibility: 'public' })
  const linked = await anEarner(lapel, { issuer, to: 'zoe@northfield.example', visibility: 'link' })
  const stranger = lapel.visitor()
  const page = await stranger.request(`/b/${publicId}`)
  const href = /type="application\/json\+oembed" href="([^"]+)"/.exec(page.text)?.[1]?.replaceAll('&amp;', '&') ?? ''
  const path = href.replace(lapel.config.publicUrl, '')
  const answer = (await stranger.request(path)).json() as Record<string, unknown>
  assert.equal(answer['type'], 'rich')
  assert.equal(answer['version'], '1.0')
  assert.equal(answer['title'], 'Data Storytelling, issued by Northfield College')
  assert.equal(answer['width'], 340)
  assert.match(String(answer['html']), new RegExp(`^<iframe src="${lapel.config.publicUrl}/embed/b/${publicId}\\?`))
  const small = (await stranger.request(`${path}&maxwidth=200&maxheight=50`)).json() as Record<string, unknown>
  assert.deepEqual([small['width'], small['height']], [200, 50])
  assert.match(String(small['html']), / width="200" height="50" /)
  for (const wrong of ['0', '-1', '1e9', 'wide', '200.5'])
    assert.equal(((await stranger.request(`${path}&maxwidth=${wrong}`)).json() as { width: number }).width, 340, wrong)
  const xml = await stranger.request(path.replace('format=json', 'format=xml'))
  assert.match(xml.text, /^<\?xml .*<oembed><type>rich<\/type><version>1\.0<\/version>/)
  assert.equal((await stranger.request(path.replace('format=json', 'format=yaml'))).status, 501)
  const of = (url: string) => stranger.request(`/oembed?url=${encodeURIComponent(url)}`)
  assert.equal((await of(`${lapel.config.publicUrl}/b/${'A'.repeat(22)}`)).status, 404)
  assert.equal((await of(`https://elsewhere.example/b/${publicId}`)).status, 404)
  assert.equal((await of(`${lapel.config.publicUrl}/b/${linked.publicId}`)).status, 404)
})

test('the panel offers the signature in three sizes, rich, plain, HTML and Markdown, and the embed code', async (t) => {
  const lapel = await startLapel(t)
  const { publicId, earner } = await anEarner(lapel, { visibility: 'public' })
  const page = await earner.get(`/badges/${publicId}/share?size=96`)
  const image = `${lapel.config.publicUrl}/b/${publicId}/signature.png?size=96`
  // The markup for the clipboard is text on our page, so that the page's own policy has nothing to strip.
  assert.match(page.text, /data-copy-rich="signature-html"/)
  assert.match(page.text, /<textarea[^>]*id="signature-html"[^>]*>\n&lt;table[^\n]*role=&quot;presentation&quot;/)
  assert.ok(page.text.includes(`src=&quot;${image}&quot; width=&quot;96&quot; height=&quot;96&quot;`))
  assert.ok(!/ style="/.test(page.text))
  assert.match(page.words, /Data Storytelling, Northfield College http/)
  assert.ok(
    page.text.includes(
      `&lt;iframe src=&quot;${lapel.config.publicUrl}/embed/b/${publicId}?theme=auto&amp;amp;size=m&quot;`,
    ),
  )
  const preview = await earner.get(`/badges/${publicId}/share/signature?size=96`)
  assert.match(preview.headers.get('content-security-policy') ?? '', /^default-src 'none'.*frame-ancestors 'self'$/)
  assert.ok(preview.text.includes(image))
})

test('a template has a frame, code and oEmbed for its issuer’s site, and a draft or held one has nothing', async (t) => {
  const lapel = await startLapel(t)
  const { issuer } = await anEarner(lapel)
  const { slug: organizationSlug } = issuer.organization
  const path = `/t/${organizationSlug}/${issuer.achievement.slug}`
  const stranger = lapel.visitor()
  const frame = await stranger.request(`/embed${path}?theme=dark&lang=fr`)
  assert.equal(frame.status, 200)
  assert.match(frame.headers.get('content-security-policy') ?? '', /^default-src 'none'.*frame-ancestors \*$/)
  assert.equal(frame.headers.getSetCookie().length, 0)
  assert.ok(!frame.text.includes('<script'))
  assert.match(frame.words, /Data Storytelling Northfield College Obtenir ce badge/)

  const page = await stranger.get(path)
  assert.match(page.words, /Show this badge on your site/)
  const href = /type="application\/json\+oembed" href="([^"]+)"/.exec(page.text)?.[1]?.replaceAll('&amp;', '&') ?? ''
  const answer = (await stranger.request(href.replace(lapel.config.publicUrl, ''))).json() as Record<string, string>
  assert.equal(answer['title'], 'Data Storytelling, a badge issued by Northfield College')
  assert.ok(answer['html']?.includes(`src="${lapel.config.publicUrl}/embed${path}?`))
  const thumbnail = await stranger.request(String(answer['thumbnail_url']).replace(lapel.config.publicUrl, ''))
  assert.equal(Buffer.from(thumbnail.bytes).readUInt32BE(16), answer['thumbnail_width'])

  const code = await stranger.get(`${path}/embed?theme=dark&frame=l&lang=fr`)
  assert.match(code.headers.get('content-security-policy') ?? '', /frame-ancestors 'none'/)
  assert.ok(code.text.includes('?theme=dark&amp;amp;size=l&amp;amp;lang=fr&quot; width=&quot;440&quot;'))
  assert.ok(code.text.includes(`&lt;a href=&quot;${lapel.config.publicUrl}${path}&quot;`))

  await lapel.db.updateTable('achievements').set({ state: 'archived' }).execute()
  const archived = await stranger.request(`/embed${path}`)
  assert.match(archived.words, /No longer issued/)
  await lapel.db.updateTable('organizations').set({ state: 'held' }).execute()
  const [held, unknown] = [await stranger.request(`/embed${path}`), await stranger.request(`/embed${path}x`)]
  assert.deepEqual([held.status, held.text], [404, unknown.text])
  const url = encodeURIComponent(`${lapel.config.publicUrl}${path}`)
  assert.equal((await stranger.request(`/oembed?url=${url}`)).status, 404)
  assert.equal((await stranger.request(`${path}/embed`)).status, 404)
})
