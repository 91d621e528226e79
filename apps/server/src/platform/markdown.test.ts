import assert from 'node:assert/strict'
import { test } from 'node:test'
import { markdownText, markdown } from './markdown.ts'

const attacks = [
  '<script>alert(1)</script>',
  '<img src=x onerror=alert(1)>',
  '<svg/onload=alert(1)>',
  '<a href="javascript:alert(1)">x</a>',
  '[x](javascript:alert(1))',
  '[x](JaVaScRiPt:alert(1))',
  '[x](java\nscript:alert(1))',
  '[x](java&#x0A;script:alert(1))',
  '[x](&#106;avascript:alert(1))',
  '[x](&#x6A&#x61&#x76&#x61&#x73&#x63&#x72&#x69&#x70&#x74&#x3A;alert(1))',
  '[x](\u0001javascript:alert(1))',
  '[x]( javascript:alert(1))',
  '[x](<javascript:alert(1)>)',
  '[x](vbscript:msgbox(1))',
  '[x](data:text/html;base64,PHNjcmlwdD4=)',
  '[x](file:///etc/passwd)',
  '[x](//evil.example/x)',
  '[x](/sign-out)',
  '[x](\\\\evil.example)',
  '[x](https://ok.example:pass@evil.example)',
  '![x](https://evil.example/pixel.png)',
  '![x](javascript:alert(1))',
  '![x"onerror="alert(1)](x)',
  '[![x](https://evil.example/a.png)](javascript:alert(1))',
  '<javascript:alert(1)>',
  '[x]: javascript:alert(1)\n\n[x]',
  '[x][y]\n\n[y]: data:text/html,x "t"',
  '[x](https://ok.example "onmouseover=alert(1)")',
  '[x](https://ok.example "\\" onmouseover=\\"alert(1)")',
  '[x](https://ok.example/"onmouseover="alert(1))',
  '[<script>alert(1)</script>](https://ok.example)',
  '`<script>alert(1)</script>`',
  '```\n<script>alert(1)</script>\n```',
  '```"><script>alert(1)</script>\nx\n```',
  '    <script>alert(1)</script>',
  '<style>@import "https://evil.example"</style>',
  '<iframe srcdoc="<script>alert(1)</script>">',
  '<!--><script>alert(1)</script>-->',
  '<![CDATA[<script>alert(1)</script>]]>',
  '<?php echo 1 ?>',
  '| a | b |\n|---|---|\n| <script>alert(1)</script> | [x](javascript:1) |',
  '> <script>alert(1)</script>',
  '- <img src=x onerror=alert(1)>',
  '# <script>alert(1)</script>',
  '&lt;script&gt;alert(1)&lt;/script&gt;',
  'https://ok.example/<script>alert(1)</script>',
  '**<b onmouseover=alert(1)>x</b>**',
  '<math><mtext></p><img src=x onerror=alert(1)>',
  '\u202e<script>alert(1)</script>',
  '<scr\0ipt>alert(1)</scr\0ipt>',
]

test('no attack in Markdown leaves a tag, an attribute or an address that does anything', () => {
  for (const attack of attacks) {
    const out = markdown(attack).toString()
    for (const [tag] of out.matchAll(/<[^>]*>/g)) {
      assert.match(
        tag,
        /^<\/?(a|blockquote|br|code|em|h[3-6]|hr|li|ol|p|pre|s|strong|table|tbody|td|th|thead|tr|ul)( (href|rel|title|start)="[^"]*")*>$/,
        `${attack} → ${out}`,
      )
      const href = /href="([^"]*)"/.exec(tag)?.[1]
      if (href !== undefined) assert.match(href, /^https?:\/\/(ok|evil)\.example/, `${attack} → ${out}`)
      assert.doesNotMatch(tag, /:pass/)
    }
  }
})

test('what people write in criteria is shown as meant', () => {
  const out = markdown(
    '# Steps\n\n1. **Attend** all _five_ labs\n2. Pass the [exam](https://ok.example/exam)\n\nSee https://ok.example/rules and ![a chart](https://x.example/c.png).',
  ).toString()
  assert.match(out, /<h3>Steps<\/h3>/)
  assert.match(out, /<li><strong>Attend<\/strong> all <em>five<\/em> labs<\/li>/)
  assert.match(out, /<a href="https:\/\/ok\.example\/exam" rel="ugc nofollow noopener noreferrer">exam<\/a>/)
  assert.match(out, /<a href="https:\/\/ok\.example\/rules" rel="ugc nofollow noopener noreferrer">/)
  assert.match(out, /and a chart\./)
})

test('the words alone, where no formatting is shown', () => {
  assert.equal(
    markdownText('# Steps\n\n- **one** [two](https://a.example)\n- <b>three</b>'),
    'Steps\none two\n<b>three</b>',
  )
})
