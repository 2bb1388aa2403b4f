import { timeUs, type TimeUs } from '../../domain/time.ts'
import type { Line } from './line-protocol.ts'
import type { FieldValue } from './line-value.ts'

/** Units of a line's time, as InfluxDB 1 and 2 name them. */
export const precisions = ['n', 'ns', 'u', 'us', 'µ', 'ms', 's', 'm', 'h'] as const
export type Precision = (typeof precisions)[number]

export function isPrecision(text: string): text is Precision {
  return precisions.some((one) => one === text)
}

const perUs: Readonly<Record<Exclude<Precision, 'n' | 'ns'>, bigint>> = {
  u: 1n,
  us: 1n,
  µ: 1n,
  ms: 1_000n,
  s: 1_000_000n,
  m: 60_000_000n,
  h: 3_600_000_000n,
}

/** µs, the part below cut off; undefined when it lies beyond what an exact number holds. */
export function lineTime(timestamp: bigint, precision: Precision): TimeUs | undefined {
  const us =
    precision === 'n' || precision === 'ns'
      ? timestamp / 1_000n
      : timestamp * perUs[precision]
  const plain = Number(us)
  return Number.isSafeInteger(plain) ? timeUs(plain) : undefined
}

/** Lines of one series and one time: one message. */
export interface LineGroup {
  /** Number of its first line. */
  readonly number: number
  readonly measurement: string
  readonly tags: ReadonlyMap<string, string>
  readonly fields: Map<string, FieldValue>
  readonly time: TimeUs
}

/**
 * Puts lines of the same series and time together, as InfluxDB does; of a field that stands twice
 * the later one counts. In the order in which each group began.
 */
export class LineGroups {
  readonly #groups = new Map<string, LineGroup>()

  add({ number, measurement, tags, fields }: Line, time: TimeUs): void {
    const series = [...tags].toSorted(([a], [b]) => (a < b ? -1 : 1))
    const key = JSON.stringify([measurement, series, time])
    const known = this.#groups.get(key)
    if (known === undefined) {
      this.#groups.set(key, { number, measurement, tags, fields: new Map(fields), time })
      return
    }
    for (const [name, value] of fields) known.fields.set(name, value)
  }

  all(): IterableIterator<LineGroup> {
    return this.#groups.values()
  }
}

/** The message of a group, as JSON: `{ measurement, tags, fields, time }`, time in µs. */
export function lineMessage({ measurement, tags, fields, time }: LineGroup): Uint8Array {
  const text = `{"measurement":${JSON.stringify(measurement)},"tags":${object(tags, JSON.stringify)},"fields":${object(fields, shown)},"time":${time}}`
  return new TextEncoder().encode(text)
}

function object<V>(map: ReadonlyMap<string, V>, write: (value: V) => string): string {
  const pairs = [...map].map(([name, value]) => `${JSON.stringify(name)}:${write(value)}`)
  return `{${pairs.join(',')}}`
}

function shown(value: FieldValue): string {
  return typeof value === 'object' ? value.digits : JSON.stringify(value)
}
