/**
 * How the small facts of a reading stand in the file: as bits of one column, `form`, and what few
 * readings have in one text, `rest`, because every column more costs each row a tenth. Words are
 * their place in lists that only ever grow at the end.
 */

import {
  qualities,
  qualityCodes,
  type Quality,
  type QualityCode,
  type Reading,
  type Value,
} from '../../domain/reading.ts'
import { timeUs, type TimeUs } from '../../domain/time.ts'

export const goodQuality = 0
export const badQuality = 2

export const valueKinds = { none: 0, number: 1, text: 2, boolean: 3 } as const

/**
 * Where each fact begins in the lower half of `form`; it ends where the next begins. The upper half
 * is the version of the configuration that decoded the reading.
 */
export const formBits = {
  kind: 0,
  quality: 2,
  code: 4,
  /** The source time is the effective time, and so it is not stored. */
  sameSource: 9,
  flags: 10,
  log: 20,
  /** `rest` is a list, not the text alone. */
  list: 31,
} as const

export const maxFlags = 0x3ff
export const maxLog = 0x7ff

/** Bits of a position's index inside its commit; the rest of `place` is the commit. */
export const indexBits = 16
export const maxIndex = 0xffff
export const maxSequence = 2 ** 47 - 1

/** What `form` says, in SQL. */
export const sql = {
  kind: '(form & 3)',
  quality: `((form >> ${formBits.quality}) & 3)`,
  log: `((form >> ${formBits.log}) & ${maxLog})`,
  isBad: `(form & 12) = ${badQuality << formBits.quality}`,
} as const

/** The fields of a reading that `form` holds. */
export interface Form {
  readonly quality: Quality
  readonly code: QualityCode
  readonly flags: number
  /** The store's own id of the reading log. */
  readonly log: number
}

/** Reads the lower half of `form`. */
export function formOf(low: number): Form {
  return {
    quality: qualities[(low >>> formBits.quality) & 3] ?? 'bad',
    code: qualityCodes[(low >>> formBits.code) & 31] ?? 'decode_error',
    flags: (low >>> formBits.flags) & maxFlags,
    log: (low >>> formBits.log) & maxLog,
  }
}

/**
 * `rest` as a list: the text, how much later than the effective time the source and the server say
 * it was, and the protocol's own code; null for what is not there. Without the last three it is the
 * text alone.
 */
type Rest = readonly [
  text: string | null,
  source: number | null,
  server: number | null,
  native: number | null,
]

/** The rare facts of a reading; `text` is a text, or the number of a bad reading. */
export function restOf(
  text: string | null,
  { effective, source, server, native }: Reading,
): { readonly rest: string | null; readonly isList: boolean } {
  const ownSource = source === undefined || source === effective ? null : source - effective
  if (ownSource === null && server === undefined && native === undefined) {
    return { rest: text, isList: false }
  }
  const list: Rest = [
    text,
    ownSource,
    server === undefined ? null : server - effective,
    native ?? null,
  ]
  return { rest: JSON.stringify(list), isList: true }
}

/** The times and the code that a row has besides; `effective` is that of the row. */
export function raritiesOf(
  low: number,
  rest: string | null,
  effective: TimeUs,
): Pick<Reading, 'source' | 'server' | 'native'> {
  const same = ((low >>> formBits.sameSource) & 1) === 1
  const [, source, server, native] = listOf(low, rest)
  return {
    ...(native !== null && { native }),
    ...(same && { source: effective }),
    ...(source !== null && { source: timeUs(effective + source) }),
    ...(server !== null && { server: timeUs(effective + server) }),
  }
}

/** The value of a row. `number` counts and is null where the reading is bad; then `rest` has it. */
export function valueOf(low: number, number: number | null, rest: string | null): Value {
  const kind = low & 3
  if (kind === valueKinds.none) return null
  const [text] = listOf(low, rest)
  if (kind === valueKinds.text) return text ?? ''
  const said = number ?? Number(text)
  return kind === valueKinds.boolean ? said === 1 : said
}

function listOf(low: number, rest: string | null): Rest {
  const isList = low >>> formBits.list === 1
  return isList && rest !== null ? (JSON.parse(rest) as Rest) : [rest, null, null, null]
}
