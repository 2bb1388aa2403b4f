import type { OrganisationId } from '../../domain/ids.ts'
import type { TimeUs } from '../../domain/time.ts'

/** Who talks on a known connection and is no device. */
export interface InboxTables {
  inbox: {
    organisation: OrganisationId
    /** Made of the connection and the shape, so that the same kind of stranger is one row. */
    id: string
    connection: string
    /** In words, for people: of the name and of the message. */
    shape: string
    /** What the last of them called itself. */
    identity: string
    /** JSON list of the last few of them, the newest first. */
    identities: string
    /** Beginning of the last message, base64. */
    sample: string
    count: number
    first_at: TimeUs
    last_at: TimeUs
    /** When somebody said that this is not wanted; null while it waits for an integrator. */
    dismissed_at: TimeUs | null
  }
}
