/** Why the embedded PostgreSQL cannot run here; the message is for the operator and says what to do. */
export class EmbeddedPostgresRefused extends Error {
  override name = 'EmbeddedPostgresRefused'
}
