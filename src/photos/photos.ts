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

/** What was made of an upload. */
export interface TakenPhoto {
  /** Unguessable: whoever has it may give the photo to one report. */
  readonly id: string
  readonly width: number
  readonly height: number
  /** Where the camera says it stood: a suggestion for the sender to confirm, stored nowhere. */
  readonly place?: { readonly lat: number; readonly lon: number }
}

/** `small` has at most 480 px an edge, for lists. */
export type PhotoSize = 'full' | 'small'

/** Photos in a folder, their facts in the database. */
export interface Photos {
  /**
   * Sniffs, bounds and re-encodes an upload, and keeps it on disk, synced, waiting for its report for
   * 24 h. Throws Problem invalid (not a JPEG, PNG, WebP or GIF; damaged), too_large, too_many (too
   * many wait for their reports) or unavailable.
   */
  take(organisation: OrganisationId, bytes: Uint8Array): Promise<TakenPhoto>
  /** Gives photos that were taken in to a case, in its transaction. Throws Problem invalid for unknown or used ids. */
  attach(
    work: UnitOfWork,
    to: {
      readonly ids: readonly string[]
      readonly case: string
      readonly report: string | null
    },
  ): Promise<void>
  /** The same for staff, who have no report; the case's history tells of it. */
  add(
    work: UnitOfWork,
    to: { readonly ids: readonly string[]; readonly case: string; readonly actor: string },
  ): Promise<void>
  /** In the order in which they came; at most 1,000. */
  of(query: ScopedQueries, cases: readonly string[]): Promise<readonly Photo[]>
  /** One that belongs to a case; undefined while it waits, or once it is erased. */
  one(query: ScopedQueries, id: string): Promise<Photo | undefined>
  /** The picture as JPEG, or undefined once it is erased. */
  bytes(
    organisation: OrganisationId,
    id: string,
    size?: PhotoSize,
  ): Promise<Uint8Array | undefined>
  /** Shows it to the public, after somebody looked at it. Throws Problem not_found. */
  release(work: UnitOfWork, id: string, actor: string): Promise<Photo>
  /** Takes it from the public again. Throws Problem not_found. */
  withdraw(work: UnitOfWork, id: string, actor: string): Promise<Photo>
  /**
   * Forgets photos in the caller's transaction; their files go with the next sweep, or at once with
   * `erase`. Returns their ids.
   */
  forget(work: UnitOfWork, what: PhotosOf): Promise<readonly string[]>
  /** Forgets photos and removes their files. Returns how many. */
  erase(organisation: OrganisationId, what: PhotosOf): Promise<number>
}

/** One photo, or all of a case, or all that came with a report or follow-up. */
export type PhotosOf =
  | { readonly id: string }
  | { readonly case: string }
  | { readonly report: string }
