#!/usr/bin/env node
// openbadges: verify, inspect, bake, unbake and sign badges on the command line.
import { readFileSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import {
  bakePng,
  bakeSvg,
  InvalidDocument,
  isPng,
  isSvg,
  OpenBadgesError,
  parseJsonObject,
  readCredential,
  resolveDidKey,
  signCredential,
  signerFromPrivateJwk,
  signJwt,
  verifyAll,
} from '../src/index.ts'
import type { Jwk, JwtAlgorithm, VerificationReport } from '../src/index.ts'
import { loadPublic } from './load.ts'

const usage = `openbadges verify  <file | address | ->   [--recipient <address>] [--json] [--offline]
openbadges inspect <file | ->             what the badge says, as JSON, without verifying it
openbadges unbake  <picture>              the badge inside a PNG, SVG or PDF
openbadges bake    <picture> <badge>      -o <new picture>
openbadges sign    <credential.json>      --key <private key as JWK> --method <verification method> [--jwt] [-o <file>]

verify ends with 0 when every badge is genuine, 1 when one is not, 3 when that could not be found out.`

const marks = { passed: '✔', failed: '✖', warning: '!', 'not-checked': '?' }

process.exitCode = await main()

async function main(): Promise<number> {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: {
        recipient: { type: 'string' },
        json: { type: 'boolean', default: false },
        offline: { type: 'boolean', default: false },
        output: { type: 'string', short: 'o' },
        key: { type: 'string' },
        method: { type: 'string' },
        jwt: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    })
    const [command, ...names] = positionals
    if (values.help) return say(usage)
    if (command === 'verify' && names.length === 1) return await verify(names[0]!, values)
    if (command === 'inspect' && names.length === 1) return await inspect(names[0]!)
    if (command === 'unbake' && names.length === 1) return await unbake(names[0]!, values.output)
    if (command === 'bake' && names.length === 2 && values.output)
      return await bake(names[0]!, names[1]!, values.output)
    if (command === 'sign' && names.length === 1 && values.key && values.method) {
      return await sign(names[0]!, { key: values.key, method: values.method, isJwt: values.jwt, output: values.output })
    }
  } catch (error) {
    if (
      error instanceof OpenBadgesError ||
      error instanceof InvalidDocument ||
      (error instanceof Error && 'code' in error)
    ) {
      console.error(error.message)
      return 2
    }
    throw error
  }
  console.error(usage)
  return 2
}

async function verify(
  name: string,
  { recipient, json, offline }: { recipient?: string | undefined; json: boolean; offline: boolean },
): Promise<number> {
  const input = /^https?:/i.test(name) ? name : read(name)
  const reports = await verifyAll(input, {
    now: new Date(),
    load: offline ? undefined : loadPublic,
    expectedRecipient: recipient,
  })
  if (json) say(JSON.stringify(reports, null, 2))
  else for (const report of reports) show(report)
  if (reports.every(({ verdict }) => verdict === 'genuine')) return 0
  return reports.some(({ verdict }) => ['not-valid', 'no-longer-valid', 'genuine-expired'].includes(verdict)) ? 1 : 3
}

function show({ summary, verdict, checks }: VerificationReport): void {
  say(`${verdict}: ${summary.sentence}`)
  for (const { name, result, sentence } of checks)
    say(`  ${marks[result]} ${name.padEnd(10)} ${result.padEnd(11)} ${sentence}`)
}

async function inspect(name: string): Promise<number> {
  const { credentials, url, problem } = await readCredential(read(name))
  if (url !== undefined) say(JSON.stringify({ url }, null, 2))
  for (const { container, view } of credentials) say(JSON.stringify({ container, ...view }, null, 2))
  if (problem) console.error(problem.message)
  return credentials.length > 0 || url !== undefined ? 0 : 1
}

async function unbake(name: string, output: string | undefined): Promise<number> {
  const { credentials, url, problem } = await readCredential(read(name))
  const text = credentials[0]?.text ?? url
  if (text === undefined) {
    console.error(problem?.message ?? 'there is no badge in this file')
    return 1
  }
  return write(text, output)
}

async function bake(pictureName: string, badgeName: string, output: string): Promise<number> {
  const picture = read(pictureName)
  const text = Buffer.from(read(badgeName)).toString().trim()
  const { credentials, url, problem } = await readCredential(text)
  if (credentials.length === 0 && url === undefined) {
    console.error(`${badgeName} is no badge: ${problem?.message ?? 'there is none in it'}`)
    return 2
  }
  const isOld =
    text.startsWith('http') ||
    (text.startsWith('{') && JSON.stringify(parseJsonObject(text)['@context'] ?? '').includes('openbadges/v2'))
  const keyword = isOld ? 'openbadges' : 'openbadgecredential'
  if (isPng(picture)) writeFileSync(output, bakePng(picture, text, keyword))
  else if (isSvg(picture)) writeFileSync(output, bakeSvg(picture, text, keyword))
  else {
    console.error('the picture is neither PNG nor SVG')
    return 2
  }
  return 0
}

async function sign(
  name: string,
  { key, method, isJwt, output }: { key: string; method: string; isJwt: boolean; output?: string | undefined },
): Promise<number> {
  const credential = parseJsonObject(Buffer.from(read(name)).toString())
  const jwk = parseJsonObject(Buffer.from(read(key)).toString()) as Jwk & Record<string, string>
  const signer = signerFromPrivateJwk(jwk)
  // A did:key spells its key out, so a mistake shows before others find a signature that does not verify.
  if (method.startsWith('did:key:') && resolveDidKey(method).publicKey.jwk.x !== jwk.x) {
    console.error(`${method} is not the address of this key`)
    return 2
  }
  if (isJwt) return write(await signJwt(credential, { signer, algorithm: algorithmOf(jwk), kid: method }), output)
  const cryptosuite = jwk.crv === 'Ed25519' ? 'eddsa-rdfc-2022' : 'ecdsa-rdfc-2019'
  return write(
    JSON.stringify(
      await signCredential(credential, { signer, verificationMethod: method, created: new Date(), cryptosuite }),
      null,
      2,
    ),
    output,
  )
}

function algorithmOf({ kty, crv }: Jwk): JwtAlgorithm {
  if (kty === 'RSA') return 'RS256'
  return crv === 'Ed25519' ? 'EdDSA' : crv === 'P-384' ? 'ES384' : 'ES256'
}

function read(name: string): Uint8Array {
  return new Uint8Array(readFileSync(name === '-' ? 0 : name))
}

function write(text: string, output: string | undefined): number {
  if (output === undefined) return say(text)
  writeFileSync(output, text)
  return 0
}

function say(text: string): number {
  console.log(text)
  return 0
}
