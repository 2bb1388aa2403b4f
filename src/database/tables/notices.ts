import type { OrganisationId } from '../../domain/ids.ts'
import type { TimeUs } from '../../domain/time.ts'

/** What the public is told before it reports. */
export interface NoticeTables {
  notice: {
    organisation: OrganisationId
    id: string
    kind: string
    from_at: TimeUs
    /** Not included; 2^53 - 1 where it has no end. */
    to_at: TimeUs
    /** Title, text, phone, link and scope as JSON. */
    text: string
    actor: string
    published_at: TimeUs
    version: number
  }
}
