// What we use of @digitalbazaar/ecdsa-sd-2023-cryptosuite 3, which ships no types.
declare module '@digitalbazaar/ecdsa-sd-2023-cryptosuite' {
  type Loader = (url: string) => Promise<{ contextUrl: null; documentUrl: string; document: unknown }>
  type Input = { cryptosuite: Suite; document: object; proof: object; documentLoader: Loader }
  type Suite = { name: string }
  export function createDiscloseCryptosuite(options: { proofId?: string; selectivePointers?: string[] }): Suite & {
    derive(
      input: Input & {
        proofSet: object[]
        dataIntegrityProof: { matchProof(): Promise<boolean> }
        purpose: { term: string }
      },
    ): Promise<object>
  }
  export function createVerifyCryptosuite(): Suite
  type BaseData = {
    mandatoryPointers: string[]
    proofHash: Uint8Array
    mandatoryHash: Uint8Array
    nonMandatory: string[]
    hmacKey: Uint8Array
  }
  export function createSignCryptosuite(options: { mandatoryPointers?: string[] }): Suite & {
    createVerifyData(input: Input): Promise<BaseData>
    createProofValue(input: {
      verifyData: BaseData
      dataIntegrityProof: { signer: { sign(input: { data: Uint8Array }): Promise<Uint8Array> } }
    }): Promise<string>
  }
}
