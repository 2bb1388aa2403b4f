/** Code that came with a device type: what a message goes through before its points are read. */
export interface Program {
  /** JavaScript source that declares `decodeUplink`. */
  readonly codec?: string
  /** JSONata that makes the message to read from the message that came. */
  readonly transform?: string
  /** Point → JSONata over the message to read. */
  readonly points: Readonly<Record<string, string>>
}

/** What one message gives to a program. The same job always has the same outcome. */
export interface Job {
  /** Given to the codec; left out when the program has none. */
  readonly uplink?: Uplink
  /** The message, when no codec makes it. */
  readonly root?: unknown
  /** `$params` in JSONata, `variables` in a codec: values of the device. */
  readonly params: Readonly<Record<string, string | number>>
  /** `$envelope` in JSONata. */
  readonly envelope: Readonly<Record<string, unknown>>
  /** What the program takes for the present, ms since 1970. */
  readonly now: number
}

export interface Uplink {
  readonly bytes: Uint8Array
  readonly fPort: number
}

/** What came of a job. */
export type Outcome =
  | {
      readonly ok: true
      /** The message to read. */
      readonly root: unknown
      /** By point; left out where the expression gave nothing. */
      readonly values: Readonly<Record<string, unknown>>
      /** By point: why its expression failed. */
      readonly errors: Readonly<Record<string, string>>
    }
  | {
      readonly ok: false
      /** `codec_error`, `codec_budget`, `codec_memory`, `codec_killed`, `expression_error`, `too_large`. */
      readonly reason: string
      readonly detail: string
    }

/** Most steps of a codec's interpreter for one message, in units of 10,000 calls and loop turns. */
export const CODEC_BUDGET = 200
/** Most steps of one JSONata evaluation. */
export const EXPRESSION_STEPS = 20_000
/** Longest result of a codec or an expression, in characters of JSON. */
export const MAX_RESULT = 65_536
