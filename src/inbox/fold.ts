import { createHash } from 'node:crypto'
import type { Stranger } from '../adapters/adapter.ts'
import type { OrganisationId } from '../domain/ids.ts'
import type { TimeUs } from '../domain/time.ts'
import { shapeOfIdentity, shapeOfMessage } from './shape.ts'

/** Bytes of the last message that are kept. */
export const MOST_SAMPLE = 4_096
/** Names that are kept of one group, the newest first. */
export const MOST_IDENTITIES = 20
const LONGEST_IDENTITY = 200
const LONGEST_SHAPE = 1_000

/** Strangers of one kind on one connection, between two writes. */
export interface Folded {
  readonly organisation: OrganisationId
  readonly id: string
  readonly connection: string
  readonly shape: string
  /** The newest first. */
  readonly identities: readonly string[]
  readonly sample: Uint8Array
  readonly count: number
  readonly first: TimeUs
  readonly last: TimeUs
}

/** The group that a stranger makes alone. */
export function fold(
  { organisation, connection, identity, sample }: Stranger,
  at: TimeUs,
): Folded {
  const name = identity.slice(0, LONGEST_IDENTITY)
  const kind = shapeOfIdentity(name)
  const { text } = shapeOfMessage(sample)
  return {
    organisation,
    id: idOf(connection, kind, text),
    connection,
    shape: `${kind} · ${text}`.slice(0, LONGEST_SHAPE),
    identities: [name],
    sample: sample.slice(0, MOST_SAMPLE),
    count: 1,
    first: at,
    last: at,
  }
}

/** Two of the same group, the second the newer one. */
export function together(earlier: Folded, later: Folded): Folded {
  return {
    ...later,
    identities: newestFirst(later.identities, earlier.identities),
    count: earlier.count + later.count,
    first: earlier.first,
  }
}

/** Both lists without repetitions, at most `MOST_IDENTITIES`. */
export function newestFirst(newer: readonly string[], older: readonly string[]): string[] {
  return [...new Set([...newer, ...older])].slice(0, MOST_IDENTITIES)
}

function idOf(...parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32)
}
