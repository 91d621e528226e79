import type { Config } from '../platform/config.ts'
import { oauthPaths } from './oauth-routes.ts'
import { apiScopes, allScopes, type Scope, scopeWords } from './scopes.ts'

export const apiRoot = '/ims/ob/v3p0'

/** What the discovery document says of the one who runs the site. */
type Site = Pick<Config, 'publicUrl' | 'productName'>

/** The service description of Open Badges 3.0 ("Service Discovery Endpoint"): an OpenAPI 3.0 document. */
export function serviceDescription({ publicUrl, productName }: Site): object {
  const at = (path: string) => `${publicUrl}${path}`
  return {
    openapi: '3.0.1',
    info: {
      title: `${productName}: Open Badges 3.0 API`,
      description: 'Badges of a person who lets your app in, and badges that your app adds for them.',
      version: '3.0',
      termsOfService: at('/terms'),
      'x-imssf-privacyPolicyUrl': at('/privacy'),
      'x-imssf-image': at('/logo.svg'),
    },
    servers: [{ url: at(apiRoot) }],
    paths: {
      '/discovery': {
        get: {
          operationId: 'getServiceDescription',
          summary: 'This document',
          responses: { 200: { description: 'The service description' } },
        },
      },
      '/credentials': {
        get: {
          operationId: 'getCredentials',
          summary: 'The badges of the person, newest first',
          security: guardedBy(apiScopes.readCredentials),
          parameters: [
            query('limit', { type: 'integer', minimum: 1, maximum: 100, default: 100 }, 'At most this many'),
            query('offset', { type: 'integer', minimum: 0, default: 0 }, 'Leaves out the first ones'),
            query('since', { type: 'string', format: 'date-time' }, 'Only badges issued after this moment'),
          ],
          responses: {
            200: {
              description: 'Badges as they were signed',
              headers: {
                'X-Total-Count': { schema: { type: 'integer' }, description: 'How many there are altogether' },
                Link: { schema: { type: 'string' }, description: 'Pages: next, prev, first, last' },
              },
              content: json(ref('GetOpenBadgeCredentialsResponse')),
            },
            default: failed,
          },
        },
        post: {
          operationId: 'upsertCredential',
          summary: 'Adds a badge, or replaces the one with the same id',
          security: guardedBy(apiScopes.addCredentials),
          requestBody: {
            required: true,
            content: { ...json(ref('AchievementCredential')), ...jws, 'application/vc+ld+json': anyJson },
          },
          responses: {
            200: { description: 'Replaced; the body as it was sent', content: { ...json(anyObject), ...jws } },
            201: { description: 'Added; the body as it was sent', content: { ...json(anyObject), ...jws } },
            default: failed,
          },
        },
      },
      '/profile': {
        get: {
          operationId: 'getProfile',
          summary: 'Who the person is',
          security: guardedBy(apiScopes.readProfile),
          responses: { 200: { description: 'The profile', content: json(ref('Profile')) }, default: failed },
        },
        put: {
          operationId: 'putProfile',
          summary: 'Takes over givenName, familyName and description; nothing else is changed',
          security: guardedBy(apiScopes.changeProfile),
          requestBody: { required: true, content: json(ref('Profile')) },
          responses: {
            200: { description: 'The profile as it is now', content: json(ref('Profile')) },
            default: failed,
          },
        },
      },
    },
    components: {
      securitySchemes: {
        OAuth2ACG: {
          type: 'oauth2',
          description: 'OAuth 2.0 authorization code with PKCE (S256), client_secret_basic',
          'x-imssf-name': productName,
          'x-imssf-registrationUrl': at(oauthPaths.register),
          'x-imssf-privacyPolicyUrl': at('/privacy'),
          'x-imssf-termsOfServiceUrl': at('/terms'),
          flows: {
            authorizationCode: {
              authorizationUrl: at(oauthPaths.authorize),
              tokenUrl: at(oauthPaths.token),
              refreshUrl: at(oauthPaths.token),
              scopes: Object.fromEntries(allScopes.map((scope) => [scope, scopeWords[scope]])),
            },
          },
        },
      },
      schemas: {
        AchievementCredential: { ...anyObject, description: 'A signed OpenBadgeCredential with an embedded proof' },
        GetOpenBadgeCredentialsResponse: {
          type: 'object',
          required: ['credential', 'compactJwsString'],
          properties: {
            credential: { type: 'array', items: ref('AchievementCredential') },
            compactJwsString: { type: 'array', items: { type: 'string' } },
          },
        },
        Profile: {
          type: 'object',
          required: ['id', 'type'],
          properties: {
            id: { type: 'string', format: 'uri' },
            type: { type: 'array', items: { type: 'string' } },
            ...Object.fromEntries(
              ['name', 'givenName', 'familyName', 'email', 'description', 'url'].map((name) => [
                name,
                { type: 'string' },
              ]),
            ),
          },
        },
        Imsx_StatusInfo: {
          type: 'object',
          required: ['imsx_codeMajor', 'imsx_severity'],
          properties: {
            imsx_codeMajor: { type: 'string' },
            imsx_severity: { type: 'string' },
            imsx_description: { type: 'string' },
            imsx_codeMinor: { type: 'object' },
          },
        },
      },
    },
  }
}

const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` })
const json = (schema: object) => ({ 'application/json': { schema } })
const anyObject = { type: 'object', additionalProperties: true }
const anyJson = { schema: ref('AchievementCredential') }
const jws = { 'text/plain': { schema: { type: 'string', description: 'A compact JWS' } } }
const failed = { description: 'Refused, and why', content: json(ref('Imsx_StatusInfo')) }
const guardedBy = (scope: Scope) => [{ OAuth2ACG: [scope] }]
const query = (name: string, schema: object, description: string) => ({
  name,
  in: 'query',
  required: false,
  schema,
  description,
})
