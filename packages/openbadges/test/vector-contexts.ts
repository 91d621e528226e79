// Contexts that the W3C's vectors use and that no badge does. The second is our own reading of the terms that
// occur in the vectors; that the canonical forms come out as published shows that it is right.
import type { JsonObject } from '../src/json.ts'

const person = 'https://schema.org/'
const citizenship = 'https://w3id.org/citizenship#'
const dateTime = 'http://www.w3.org/2001/XMLSchema#dateTime'

export const vectorContexts: ReadonlyMap<string, JsonObject> = new Map<string, JsonObject>([
  [
    'https://www.w3.org/ns/credentials/examples/v2',
    { '@context': { '@vocab': 'https://www.w3.org/ns/credentials/examples#' } },
  ],
  [
    'https://w3id.org/citizenship/v4rc1',
    {
      '@context': {
        Person: `${person}Person`,
        image: { '@id': `${person}image`, '@type': '@id' },
        identifier: `${person}identifier`,
        givenName: `${person}givenName`,
        additionalName: `${person}additionalName`,
        familyName: `${person}familyName`,
        gender: `${person}gender`,
        birthDate: { '@id': `${person}birthDate`, '@type': dateTime },
        birthCountry: `${citizenship}birthCountry`,
        residentSince: { '@id': `${citizenship}residentSince`, '@type': dateTime },
        commuterClassification: `${citizenship}commuterClassification`,
        lprCategory: `${citizenship}lprCategory`,
        lprNumber: `${citizenship}lprNumber`,
        EmployablePerson: `${citizenship}EmployablePerson`,
        employmentAuthorizationDocument: { '@id': `${citizenship}employmentAuthorizationDocument`, '@type': '@id' },
        EmploymentAuthorizationDocument: `${citizenship}EmploymentAuthorizationDocument`,
        EmploymentAuthorizationDocumentCredential: `${citizenship}EmploymentAuthorizationDocumentCredential`,
        PermanentResident: `${citizenship}PermanentResident`,
        permanentResidentCard: { '@id': `${citizenship}permanentResidentCard`, '@type': '@id' },
        PermanentResidentCard: `${citizenship}PermanentResidentCard`,
        PermanentResidentCardCredential: `${citizenship}PermanentResidentCardCredential`,
      },
    },
  ],
])
