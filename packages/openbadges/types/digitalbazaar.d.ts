// The parts of Digital Bazaar's libraries that benches and interoperability tests use. They ship no types.
declare module '@digitalbazaar/vc' {
  type Loader = (url: string) => Promise<{ contextUrl: null; documentUrl: string; document: unknown; tag?: string }>
  type Result = {
    verified: boolean
    error?: Error
    statusResult?: { verified: boolean; results?: { status?: boolean }[] }
  }
  type Input = {
    credential: object
    suite: object
    documentLoader: Loader
    now?: Date
    checkStatus?: (options: object) => Promise<{ verified: boolean }>
  }
  export function issue(input: Input): Promise<object>
  export function verifyCredential(input: Input): Promise<Result>
  export function derive(input: {
    verifiableCredential: object
    suite: object
    documentLoader: Loader
  }): Promise<object>
}
declare module '@digitalbazaar/data-integrity' {
  export class DataIntegrityProof {
    constructor(options: { signer?: object; cryptosuite: object; date?: string })
  }
}
declare module '@digitalbazaar/eddsa-rdfc-2022-cryptosuite' {
  export const cryptosuite: object
}
declare module '@digitalbazaar/ecdsa-rdfc-2019-cryptosuite' {
  export const cryptosuite: object
}
declare module '@digitalbazaar/ed25519-multikey' {
  export function from(key: object): Promise<{ signer(): object }>
}
declare module '@digitalbazaar/ecdsa-multikey' {
  export function from(key: object): Promise<{ signer(): object }>
}
declare module '@digitalbazaar/vc-bitstring-status-list' {
  export function checkStatus(options: object): Promise<{ verified: boolean; results?: { status?: boolean }[] }>
}
