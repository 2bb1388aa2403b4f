import type { ScopedQueries, UnitOfWork } from '../database/database.ts'
import type { OrganisationId } from '../domain/ids.ts'

/** A photo of a case, re-encoded, without metadata. */
export interface Photo {
  readonly id: string
  readonly case: string
  /** The report or follow-up it came with; null for staff. */
  readonly report: string | null
  readonly width: number
  readonly height: number
  /** Shown to the public: only after somebody looked at it. */
  readonly isPublic: boolean
}

/** Photos in a folder, their facts in the database. */
export interface Photos {
  /**
   * Sniffs, bounds and re-encodes an upload, and keeps it on disk, synced, waiting for its report for
   * 24 h. Throws Problem invalid (not a JPEG, PNG, WebP or HEIC; too large; damaged) or unavailable.
   */
  take(organisation: OrganisationId, bytes: Uint8Array): Promise<{ readonly id: string }>
  /** Gives photos that were taken in to a case, in its transaction. Throws Problem invalid for unknown or used ids. */
  attach(
    work: UnitOfWork,
    to: {
      readonly ids: readonly string[]
      readonly case: string
      readonly report: string | null
    },
  ): Promise<void>
  of(query: ScopedQueries, cases: readonly string[]): Promise<readonly Photo[]>
  /** The picture as WebP, or undefined once it is erased. */
  bytes(organisation: OrganisationId, id: string): Promise<Uint8Array | undefined>
}
