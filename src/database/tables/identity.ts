import type { OrganisationId } from '../../domain/ids.ts'
import type { TimeUs } from '../../domain/time.ts'

/** Who may log in or connect, and what they did. */
export interface IdentityTables {
  user: {
    organisation: OrganisationId
    id: string
    email: string
    name: string
    roles: string
    language: string
    password_hash: string | null
    disabled: number
    created_at: TimeUs
  }
  session: {
    organisation: OrganisationId
    /** SHA-256 of the cookie's value. */
    id_hash: string
    user: string
    created_at: TimeUs
    last_seen_at: TimeUs
    expires_at: TimeUs
  }
  one_time_link: {
    organisation: OrganisationId
    token_hash: string
    purpose: 'set_password'
    user: string
    expires_at: TimeUs
    used_at: TimeUs | null
  }
  device_credential: {
    organisation: OrganisationId
    /** MQTT user name: `organisation/device`. */
    username: string
    device: string
    class: 'device' | 'gateway' | 'bridge'
    /** SHA-256 of the secret, which is 256 random bits. */
    secret_hash: string
    created_at: TimeUs
    revoked_at: TimeUs | null
  }
  source_token: {
    organisation: OrganisationId
    /** Names it where it is listed and revoked; no secret. */
    id: string
    /** Slug of the connection it opens. */
    connection: string
    /** SHA-256 of the token, which is 256 random bits. */
    secret_hash: string
    created_at: TimeUs
    revoked_at: TimeUs | null
  }
  audit: {
    organisation: OrganisationId
    number: number
    at: TimeUs
    actor: string
    action: string
    subject: string
    detail: string
  }
}
