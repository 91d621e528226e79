// SHA-256 and SHA-384 (FIPS 180-4) for platforms without a synchronous hash. The constants are
// computed from their definition, the fractional parts of roots of primes, and tested against node:crypto.

const primes: number[] = []
for (let n = 2; primes.length < 80; n++) if (primes.every((p) => n % p !== 0)) primes.push(n)

const MASK = (1n << 64n) - 1n
const K512 = primes.map((p) => root(BigInt(p), 3n))
const K256 = Uint32Array.from(primes.slice(0, 64), (p) => Number(root(BigInt(p), 3n) >> 32n))
const INITIAL_256 = Uint32Array.from(primes.slice(0, 8), (p) => Number(root(BigInt(p), 2n) >> 32n))
const INITIAL_384 = primes.slice(8, 16).map((p) => root(BigInt(p), 2n))

/** SHA-256 of bytes. */
export function sha256(data: Uint8Array): Uint8Array {
  const state = INITIAL_256.slice()
  const padded = pad(data, 64)
  const view = new DataView(padded.buffer)
  const w = new Uint32Array(64)
  for (let at = 0; at < padded.length; at += 64) {
    for (let i = 0; i < 16; i++) w[i] = view.getUint32(at + 4 * i)
    for (let i = 16; i < 64; i++) {
      const x = w[i - 15]!
      const y = w[i - 2]!
      const s0 = rotate(x, 7) ^ rotate(x, 18) ^ (x >>> 3)
      const s1 = rotate(y, 17) ^ rotate(y, 19) ^ (y >>> 10)
      w[i] = w[i - 16]! + s0 + w[i - 7]! + s1
    }
    let a = state[0]!
    let b = state[1]!
    let c = state[2]!
    let d = state[3]!
    let e = state[4]!
    let f = state[5]!
    let g = state[6]!
    let h = state[7]!
    for (let i = 0; i < 64; i++) {
      const s1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)
      const t1 = (h + s1 + ((e & f) ^ (~e & g)) + K256[i]! + w[i]!) | 0
      const s0 = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)
      const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0
      h = g
      g = f
      f = e
      e = (d + t1) | 0
      d = c
      c = b
      b = a
      a = (t1 + t2) | 0
    }
    const next = [a, b, c, d, e, f, g, h]
    for (let i = 0; i < 8; i++) state[i] = state[i]! + next[i]!
  }
  const out = new Uint8Array(32)
  const outView = new DataView(out.buffer)
  state.forEach((word, i) => outView.setUint32(4 * i, word))
  return out
}

/** SHA-384 of bytes. Written with BigInt: only P-384 proofs need it. */
export function sha384(data: Uint8Array): Uint8Array {
  const state = INITIAL_384.slice()
  const padded = pad(data, 128)
  const view = new DataView(padded.buffer)
  const w: bigint[] = []
  for (let at = 0; at < padded.length; at += 128) {
    for (let i = 0; i < 16; i++) w[i] = view.getBigUint64(at + 8 * i)
    for (let i = 16; i < 80; i++) {
      const x = w[i - 15]!
      const y = w[i - 2]!
      const s0 = rotate64(x, 1n) ^ rotate64(x, 8n) ^ (x >> 7n)
      const s1 = rotate64(y, 19n) ^ rotate64(y, 61n) ^ (y >> 6n)
      w[i] = (w[i - 16]! + s0 + w[i - 7]! + s1) & MASK
    }
    let [a, b, c, d, e, f, g, h] = state as [bigint, bigint, bigint, bigint, bigint, bigint, bigint, bigint]
    for (let i = 0; i < 80; i++) {
      const s1 = rotate64(e, 14n) ^ rotate64(e, 18n) ^ rotate64(e, 41n)
      const t1 = h + s1 + ((e & f) ^ (~e & MASK & g)) + K512[i]! + w[i]!
      const s0 = rotate64(a, 28n) ^ rotate64(a, 34n) ^ rotate64(a, 39n)
      const t2 = s0 + ((a & b) ^ (a & c) ^ (b & c))
      h = g
      g = f
      f = e
      e = (d + t1) & MASK
      d = c
      c = b
      b = a
      a = (t1 + t2) & MASK
    }
    const next = [a, b, c, d, e, f, g, h]
    for (let i = 0; i < 8; i++) state[i] = (state[i]! + next[i]!) & MASK
  }
  const out = new Uint8Array(64)
  const outView = new DataView(out.buffer)
  state.forEach((word, i) => outView.setBigUint64(8 * i, word))
  return out.slice(0, 48)
}

function pad(data: Uint8Array, block: 64 | 128): Uint8Array {
  const lengthBytes = block / 8
  const padded = new Uint8Array(Math.ceil((data.length + 1 + lengthBytes) / block) * block)
  padded.set(data)
  padded[data.length] = 0x80
  new DataView(padded.buffer).setBigUint64(padded.length - 8, BigInt(data.length) * 8n)
  return padded
}

function rotate(x: number, n: number): number {
  return (x >>> n) | (x << (32 - n))
}

function rotate64(x: bigint, n: bigint): bigint {
  return ((x >> n) | (x << (64n - n))) & MASK
}

/** First 64 bits of the fraction of the square (2) or cube (3) root of a small integer. */
function root(n: bigint, degree: 2n | 3n): bigint {
  const scaled = n << (64n * degree)
  let low = 0n
  let high = n << 64n
  while (high - low > 1n) {
    const middle = (low + high) / 2n
    if (middle ** degree <= scaled) low = middle
    else high = middle
  }
  return low & MASK
}
