// Libraries disagree about Ed25519 signatures at the edge of RFC 8032. Two rules make them agree:
// refuse public keys of small order, and signatures whose second half is not below the group order.

const P = 2n ** 255n - 19n
const L = 2n ** 252n + 27742317777372353535851937790883648493n

// The y of the points whose order divides 8: 0, 1, -1, and two of order 8.
const Y8 = 0x5fc536d880238b13933c6d305acdfd5f098eff289f4c345b027b2c28f95e826n
const SMALL_ORDER_Y = new Set([0n, 1n, P - 1n, mod(Y8), mod(-Y8)].map((y) => y.toString()))

/** True for the eight points of small order, in any of their encodings. */
export function isSmallOrderPoint(publicKey: Uint8Array): boolean {
  const y = littleEndian(publicKey) & (2n ** 255n - 1n)
  return SMALL_ORDER_Y.has(mod(y).toString())
}

/** True when S < L (RFC 8032, section 5.1.7), without which a second valid signature could be made from any. */
export function signatureScalarIsReduced(signature: Uint8Array): boolean {
  // Most signatures are decided by the top byte: L begins with 0x10.
  const top = signature[63]!
  if (top < 0x10) return true
  if (top > 0x10) return false
  return littleEndian(signature.subarray(32, 64)) < L
}

function littleEndian(bytes: Uint8Array): bigint {
  let value = 0n
  for (let i = bytes.length - 1; i >= 0; i--) value = (value << 8n) | BigInt(bytes[i]!)
  return value
}

function mod(y: bigint): bigint {
  return ((y % P) + P) % P
}
