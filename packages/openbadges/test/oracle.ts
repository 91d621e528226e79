// The independent judge of the differential tests: jsonld.js in safe mode, then rdf-canonize, called directly.
import jsonld from 'jsonld'
import rdfCanonize from 'rdf-canonize'
import { bundledContext } from '../src/contexts/index.ts'
import type { JsonObject } from '../src/json.ts'

const toRdfOptions = {
  algorithm: 'RDFC-1.0',
  base: '',
  safe: true,
  rdfDirection: 'i18n-datatype',
  produceGeneralizedRdf: false,
  documentLoader: async (url: string) => {
    const document = bundledContext(url)
    if (!document) throw new Error(`unknown context ${url}`)
    return { contextUrl: undefined, documentUrl: url, document: document as jsonld.NodeObject, tag: 'static' }
  },
}

/** Canonical N-Quads by the reference libraries; rejects what they reject. */
export async function canonicalizeByOracle(document: JsonObject, maxWorkFactor = 1): Promise<string> {
  const dataset = await jsonld.toRDF(document as jsonld.NodeObject, toRdfOptions)
  return rdfCanonize.canonize(dataset, { algorithm: 'RDFC-1.0', format: 'application/n-quads', maxWorkFactor })
}
