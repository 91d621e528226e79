// What we use of rdf-canonize 5, which ships no types.
declare module 'rdf-canonize' {
  type Options = {
    algorithm: 'RDFC-1.0'
    format: 'application/n-quads'
    inputFormat?: 'application/n-quads'
    messageDigestAlgorithm?: string
    maxWorkFactor?: number
    signal?: AbortSignal
  }
  const rdfCanonize: { canonize(input: unknown, options: Options): Promise<string> }
  export default rdfCanonize
}
