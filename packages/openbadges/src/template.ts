// A credential with named gaps, made once per batch. See canonicalize/compiled.ts for how it is fast.
import { toMultibase } from './base.ts'
import { canonicalForm, type CanonicalizeOptions } from './canonicalize.ts'
import { CompiledForm, type Gap, markOf, readMark, type SlotKind } from './canonicalize/compiled.ts'
import { conflictingDescription } from './canonicalize/descriptions.ts'
import { MOST_BLANK_NODES } from './canonicalize/options.ts'
import { Statements } from './canonicalize/statements.ts'
import { PREFIXES, tableFor } from './canonicalize/tables.ts'
import { escapeText, type Findings, isSafeNumber, numberLiteral, STRICT_IRI } from './canonicalize/text.ts'
import { Fallback } from './canonicalize/fallback.ts'
import { OpenBadgesError } from './errors.ts'
import { isJsonObject, type JsonObject, type JsonValue } from './json.ts'
import type { Signer } from './keys/signer.ts'
import { hashText, join, proofConfiguration, refuseUnsound } from './proof/hash-data.ts'
import { dateTimeStamp, signCredential } from './proof/sign.ts'

/** Marks that stand in a template credential for values to come. Names are letters, digits, `_`, `.`, `-`. */
export const slot = {
  /** A text: names, dates, hashes, any JSON string that is not an address. */
  text: (name: string): string => markOf('text', checkedName(name)),
  /** An absolute address: ids, links to other things. */
  iri: (name: string): string => markOf('iri', checkedName(name)),
  /** A JSON number. */
  number: (name: string): string => markOf('number', checkedName(name)),
}

export type TemplateOptions = {
  signer: Signer
  verificationMethod: string
  canonicalize?: CanonicalizeOptions
}

export type SlotValues = Readonly<Record<string, string | number>>

/** Counts of credentials by the path they took: `general` costs about half again as much. */
export type TemplateStatistics = { compiled: number; general: number }

/**
 * Prepares a batch of credentials that differ in the values of named slots only. One template serves one
 * shape: optional members that some recipients lack, or lists of other lengths, need a template of their own.
 *
 * @throws {OpenBadgesError} `template.invalid` when a slot stands where it cannot, or as `signCredential` does.
 * @example
 * const keys = await generateEd25519KeyPair()
 * const { did, verificationMethod } = didKey(keys.publicKey)
 * const shape = { '@context': [CONTEXTS.credentialsV2], id: slot.iri('id'), type: ['VerifiableCredential'], issuer: did, credentialSubject: { name: slot.text('name') } }
 * const template = await compileTemplate(shape, { signer: keys.signer, verificationMethod })
 * const text = await template.issue({ id: 'urn:x:1', name: 'Ada' }, { created: new Date('2026-03-04T00:00:00Z') })
 * JSON.parse(text).credentialSubject // { name: 'Ada' }
 */
export async function compileTemplate(credential: JsonObject, options: TemplateOptions): Promise<Template> {
  if ('proof' in credential) throw new OpenBadgesError('template.invalid', 'a template must not carry a proof')
  const template = new Template(credential, options, compiledForm(credential))
  await template.tryOut()
  return template
}

type Compiled = { form: CompiledForm | null; findings: Findings }

/** The compiled form; null when the credential is outside what the fast path knows. */
function compiledForm(credential: JsonObject): Compiled {
  const findings = { controlCharacter: false, astral: false, high: false, capitalLanguage: false, unsafeNumber: false }
  try {
    const statements = new Statements(credential, tableFor(credential['@context']), MOST_BLANK_NODES)
    const conflict = statements.hasRepeatedIds ? conflictingDescription(credential) : null
    if (conflict) {
      const { id, property } = conflict
      const message = `${id} is described twice with different "${property}": a signature could not tell which stands where`
      throw new OpenBadgesError('credential.conflicting-descriptions', message)
    }
    // A repeated description may become two different ones when the slots are filled.
    const isSimple = !statements.hasGraphs && !statements.hasRepeatedIds
    return { form: isSimple ? new CompiledForm(statements) : null, findings: statements.findings }
  } catch (error) {
    if (error instanceof Fallback) return { form: null, findings }
    if (error instanceof TypeError) throw new OpenBadgesError('template.invalid', error.message, { cause: error })
    throw error
  }
}

type ProofHead = { created: string; text: string; hash: Uint8Array }

/** A prepared batch. Make it with `compileTemplate`. */
export class Template {
  readonly statistics: TemplateStatistics = { compiled: 0, general: 0 }
  /** Name and kind of every slot. */
  readonly slots: ReadonlyMap<string, SlotKind>
  readonly #form: CompiledForm | null
  readonly #findings: Findings
  readonly #json: { texts: string[]; names: string[] }
  readonly #context: JsonValue | undefined
  readonly #options: TemplateOptions
  #proof: ProofHead = { created: '', text: '', hash: new Uint8Array(32) }

  constructor(credential: JsonObject, options: TemplateOptions, compiled: Compiled) {
    const { form, findings } = compiled
    this.#form = form
    this.#findings = findings
    this.#options = options
    this.#context = credential['@context']
    const slots = new Map<string, SlotKind>()
    collectSlots(credential, slots)
    this.slots = slots
    this.#json = splitJson(credential)
    // Whatever is in the JSON must be in what is signed.
    for (const name of form ? slots.keys() : []) {
      if (!form?.gaps.some((gap) => gap.name === name)) {
        throw new OpenBadgesError('template.invalid', `the slot "${name}" stands where nothing is signed`)
      }
    }
  }

  /**
   * The credential with these values, signed with `eddsa-rdfc-2022`, as JSON text.
   *
   * @throws {OpenBadgesError} `template.value` for a missing or unfit value; what `signCredential` throws.
   */
  async issue(values: SlotValues, { created }: { created: Date }): Promise<string> {
    // Only what the values add to the constant texts can be new.
    const findings: Findings = { ...this.#findings }
    const canonical = this.#form === null ? null : this.#form.fill(termsOf(this.#form.gaps, values, findings))
    // Two orders of lines are possible, two nodes are alike, or the like: the general path decides.
    if (canonical === null || (findings.astral && findings.high)) return this.#issueGenerally(values, created)
    if (findings.controlCharacter) {
      throw new OpenBadgesError(
        'credential.control-character',
        'texts must not hold control characters other than line feeds: libraries disagree about signing them',
      )
    }
    const proofFor = this.#proofFor(created)
    const proof = proofFor instanceof Promise ? await proofFor : proofFor
    this.statistics.compiled++
    const signing = this.#options.signer.sign(join(proof.hash, hashText('sha256', canonical)))
    const signature = signing instanceof Promise ? await signing : signing
    return `${this.#fillJson(values)}${proof.text}${toMultibase(signature)}"}]}`
  }

  /** Fills the slots with samples and compares with the general path, so that no template goes out wrong. */
  async tryOut(): Promise<void> {
    const samples: Record<string, string | number> = {}
    let number = 2
    for (const [name, kind] of this.slots) {
      samples[name] = kind === 'number' ? ++number : kind === 'iri' ? `urn:sample:${name}` : `sample ${name}`
    }
    const credential = this.#filled(samples)
    const form = await canonicalForm(credential, this.#options.canonicalize)
    if (this.#form === null) return refuseUnsound({ ...form, hasLookAlikes: false }, false)
    const findings = {
      controlCharacter: false,
      astral: false,
      high: false,
      capitalLanguage: false,
      unsafeNumber: false,
    }
    const text = this.#form.fill(termsOf(this.#form.gaps, samples, findings))
    if (text !== null && text !== form.text) {
      throw new OpenBadgesError('template.invalid', 'a slot stands where its kind does not fit')
    }
    // What the constant parts would be refused for is refused now, not at the first recipient.
    refuseUnsound({ ...form, hasLookAlikes: false }, false)
  }

  #filled(values: SlotValues): JsonObject {
    return JSON.parse(`${this.#fillJson(values)}}`) as JsonObject
  }

  async #issueGenerally(values: SlotValues, created: Date): Promise<string> {
    this.statistics.general++
    return JSON.stringify(await signCredential(this.#filled(values), { ...this.#options, created }))
  }

  /** The proof up to its value. All credentials signed within one second share it. */
  #proofFor(date: Date): ProofHead | Promise<ProofHead> {
    const created = dateTimeStamp(date)
    return created === this.#proof.created ? this.#proof : this.#makeProof(created)
  }

  async #makeProof(created: string): Promise<ProofHead> {
    const proof = {
      type: 'DataIntegrityProof',
      created,
      verificationMethod: this.#options.verificationMethod,
      cryptosuite: 'eddsa-rdfc-2022',
      proofPurpose: 'assertionMethod',
    }
    const configuration = proofConfiguration(proof, this.#context === undefined ? {} : { '@context': this.#context })
    const { text } = await canonicalForm(configuration, this.#options.canonicalize)
    const head = {
      created,
      text: `,"proof":[${JSON.stringify(proof).slice(0, -1)},"proofValue":"`,
      hash: hashText('sha256', text),
    }
    this.#proof = head
    return head
  }

  /** The credential's JSON without its last brace. */
  #fillJson(values: SlotValues): string {
    const { texts, names } = this.#json
    let text = texts[0]!
    for (let i = 0; i < names.length; i++) text += jsonOf(values[names[i]!]) + texts[i + 1]!
    return text
  }
}

// Texts without any of these are the same in JSON and in N-Quads, but for the quotes.
// oxlint-disable-next-line no-control-regex -- control characters are what this looks for
const NEEDS_CARE = /[\u0000-\u001f\u007f"\\\ud800-\uffff]/

function jsonOf(value: string | number | undefined): string {
  if (typeof value === 'number') return JSON.stringify(value)
  if (value === undefined) throw new OpenBadgesError('template.value', 'a slot has no value')
  return NEEDS_CARE.test(value) ? JSON.stringify(value) : `"${value}"`
}

/** The N-Quads term for each gap. */
function termsOf(gaps: readonly Gap[], values: SlotValues, findings: Findings): string[] {
  const terms: string[] = []
  for (let i = 0; i < gaps.length; i++) {
    const { name, kind, suffix } = gaps[i]!
    const value = Object.hasOwn(values, name) ? values[name] : undefined
    if (kind === 'number') {
      if (typeof value !== 'number' || !isSafeNumber(value)) throw unfit(name, 'a number with at most 6 decimals')
      const { text, datatype } = numberLiteral(value, suffix === '"' ? null : suffix.slice(4, -1), findings)
      terms.push(`"${text}"^^<${datatype}>`)
    } else if (typeof value !== 'string') throw unfit(name, 'a text')
    else if (kind === 'iri') {
      const colon = value.indexOf(':')
      if (!STRICT_IRI.test(value) || (colon < 5 && PREFIXES.has(value.slice(0, colon))))
        throw unfit(name, 'an absolute address')
      // Some addresses are literals to RDF, such as targetUrl.
      terms.push(suffix === '' ? `<${value}>` : `"${escapeText(value, findings)}${suffix}`)
    } else terms.push(`"${escapeText(value, findings)}${suffix}`)
  }
  return terms
}

function unfit(name: string, what: string): OpenBadgesError {
  return new OpenBadgesError('template.value', `the slot "${name}" needs ${what}`)
}

function checkedName(name: string): string {
  if (!/^[A-Za-z0-9_.-]{1,64}$/.test(name))
    throw new OpenBadgesError('template.invalid', `"${name}" is no name for a slot`)
  return name
}

function collectSlots(value: JsonValue | undefined, slots: Map<string, SlotKind>): void {
  if (typeof value === 'string') {
    const mark = readMark(value)
    if (!mark) return
    const known = slots.get(mark.name)
    if (known !== undefined && known !== mark.kind) {
      throw new OpenBadgesError('template.invalid', `the slot "${mark.name}" is used as ${known} and as ${mark.kind}`)
    }
    slots.set(mark.name, mark.kind)
  } else if (Array.isArray(value)) for (const item of value) collectSlots(item, slots)
  else if (isJsonObject(value)) for (const member of Object.values(value)) collectSlots(member, slots)
}

/** The credential's JSON, cut at the slots, without the last brace. */
function splitJson(credential: JsonObject): { texts: string[]; names: string[] } {
  const parts = JSON.stringify(credential)
    .slice(0, -1)
    .split(/"lapel-slot-(?:text|iri|number):([A-Za-z0-9_.-]+)"/)
  return { texts: parts.filter((_, i) => i % 2 === 0), names: parts.filter((_, i) => i % 2 === 1) }
}
