// What @digitalbazaar/vc would do if jsonld.js repaired the defect that makes it slow (deep copies of active
// contexts, so that its cache of scoped contexts never hits; digitalbazaar/jsonld.js issue 414). A process of its
// own loads jsonld.js with three lines changed in memory and measures itself against bare signing.
import { execFile } from 'node:child_process'
import { createPrivateKey, sign } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { registerHooks } from 'node:module'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

export type RepairedRates = { issue: number; verify: number }

/** Rates of the repaired library as multiples of the bare signature, measured in a process of its own. */
export async function measureRepairedPeer(): Promise<RepairedRates> {
  const { stdout } = await promisify(execFile)(process.execPath, [import.meta.filename])
  return JSON.parse(stdout) as RepairedRates
}

if (import.meta.main) {
  repairJsonLd()
  const { typical, personal } = await import('./credentials.ts')
  const { peerOf } = await import('./peer.ts')
  const { measure } = await import('./rounds.ts')
  const { didKey, ed25519Pkcs8, generateEd25519KeyPair, signCredential } = await import('../src/index.ts')
  const pair = await generateEd25519KeyPair()
  const { did, verificationMethod } = didKey(pair.publicKey)
  const peer = await peerOf(pair, did, verificationMethod)
  const credentials = Array.from({ length: 64 }, (_, i) => typical(personal(i), did))
  const signed = await signCredential(credentials[0]!, {
    signer: pair.signer,
    verificationMethod,
    created: new Date('2026-03-01T10:00:00Z'),
  })
  const key = createPrivateKey({ key: Buffer.from(ed25519Pkcs8(pair.secret)), format: 'der', type: 'pkcs8' })
  const bytes = new Uint8Array(64)
  const measured = await measure({ name: 'S', run: () => sign(null, bytes, key) }, [
    { name: 'issue', run: (n) => peer.issue({ ...credentials[n % 64]! }) },
    { name: 'verify', run: () => peer.verify(structuredClone(signed)) },
  ])
  console.log(JSON.stringify({ issue: measured.get('issue')!.ratio, verify: measured.get('verify')!.ratio }))
}

function repairJsonLd(): void {
  const changes: [string, string][] = [
    // The context before a type-scoped one is kept as it is, in clones and when returning to it.
    ['child.previousContext = this.previousContext.clone();', 'child.previousContext = this.previousContext;'],
    ['return this.previousContext.clone();', 'return this.previousContext;'],
    // The copy that begins a type-scoped context is made once for each context it begins from.
    [
      'rval = rval.clone();\n    rval.previousContext = activeCtx;',
      'rval = (api.scoped ??= new WeakMap()).get(activeCtx) ?? rval.clone();\n    api.scoped.set(activeCtx, rval);\n    rval.previousContext = activeCtx;',
    ],
  ]
  registerHooks({
    load(url, context, nextLoad) {
      const loaded = nextLoad(url, context)
      if (!url.endsWith('/node_modules/jsonld/lib/context.js')) return loaded
      let source = readFileSync(fileURLToPath(url), 'utf8')
      for (const [from, to] of changes) {
        if (!source.includes(from)) throw new Error('jsonld.js has changed; the repair does not fit it')
        source = source.replace(from, to)
      }
      return { ...loaded, source }
    },
  })
}
