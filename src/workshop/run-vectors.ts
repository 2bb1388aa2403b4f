import type { DeviceType } from '../devices/device-type.ts'
import { vectorMessages, type ExpectedReading, type Vector } from '../devices/vector.ts'
import type { Reading, Value } from '../domain/reading.ts'
import { decodeMessage, type Decoding } from './decode-message.ts'
import type { VectorFile } from './type-files.ts'

/** One thing that a vector expects otherwise than the type says. */
export interface Difference {
  /** `p1.amps`, or `problems`. */
  readonly of: string
  readonly expected: string
  readonly said: string
}

export interface VectorOutcome {
  readonly path: string
  readonly name: string
  /** Empty when the vector holds. */
  readonly differences: readonly Difference[]
  /** The file as it would have to be for the vector to hold; undefined when it holds. */
  readonly update: string | undefined
}

/** Runs every vector through its type, by file name. */
export async function runVectors(
  type: DeviceType,
  vectors: readonly VectorFile[],
): Promise<readonly VectorOutcome[]> {
  const outcomes: VectorOutcome[] = []
  for (const file of vectors.toSorted((a, b) => (a.path < b.path ? -1 : 1))) {
    outcomes.push(await run(type, file))
  }
  return outcomes
}

async function run(
  type: DeviceType,
  { path, text, vector }: VectorFile,
): Promise<VectorOutcome> {
  const runs = await decodeVector(type, vector)
  const differences = runs.flatMap(({ via, decoding }) =>
    [...readingDifferences(vector, decoding), ...problemDifference(vector, decoding)].map(
      ({ of, expected, said }): Difference => ({
        of: via === undefined ? of : `${of} (${via})`,
        expected,
        said,
      }),
    ),
  )
  const [first] = runs
  return {
    path,
    name: vector.name,
    differences,
    update:
      differences.length === 0 || first === undefined
        ? undefined
        : updated(text, first.decoding),
  }
}

/** What the type makes of the vector's message, through each network server that may bring it. */
async function decodeVector(
  type: DeviceType,
  vector: Vector,
): Promise<{ readonly via: string | undefined; readonly decoding: Decoding }[]> {
  const { topic = '', ingest, firmware, params } = vector
  const speaker = {
    ...(firmware !== undefined && { firmware }),
    ...(params !== undefined && { params }),
  }
  const runs: { via: string | undefined; decoding: Decoding }[] = []
  for (const { via, payload } of vectorMessages(type, vector)) {
    const decoding = await decodeMessage(type, { payload, ingest, topic }, speaker)
    runs.push({ via, decoding })
  }
  return runs
}

interface Told {
  readonly value: Value
  readonly quality: string
  readonly code?: string | undefined
}

function readingDifferences(vector: Vector, { readings }: Decoding): Difference[] {
  const found: Difference[] = []
  for (const [key, expected] of Object.entries(vector.expect.readings)) {
    const reading = readings.get(key)
    const same = reading !== undefined && isAsExpected(reading, expected)
    if (same) continue
    found.push({
      of: key,
      expected: told(expected),
      said: reading === undefined ? 'no reading' : told(reading),
    })
  }
  for (const [key, reading] of readings) {
    if (Object.hasOwn(vector.expect.readings, key) || reading.quality === 'bad') continue
    found.push({ of: key, expected: 'no reading', said: told(reading) })
  }
  return found
}

function isAsExpected(
  reading: Reading,
  { value, quality, code, native, effective }: ExpectedReading,
): boolean {
  return (
    reading.value === value &&
    reading.quality === quality &&
    (code === undefined || reading.code === code) &&
    (native === undefined || reading.native === native) &&
    (effective === undefined || reading.effective === effective)
  )
}

function problemDifference(vector: Vector, { problems }: Decoding): Difference[] {
  const expected = vector.expect.problems.toSorted().join(', ') || 'none'
  const said =
    problems
      .map(({ reason }) => reason)
      .toSorted()
      .join(', ') || 'none'
  return expected === said ? [] : [{ of: 'problems', expected, said }]
}

function told({ value, quality, code }: Told): string {
  return `${JSON.stringify(value)} ${quality}${code === undefined || code === 'ok' ? '' : `/${code}`}`
}

/** The vector with what the type says now as what it expects; everything else stays as it is. */
function updated(text: string, decoding: Decoding): string {
  const before: unknown = JSON.parse(text)
  const whole = typeof before === 'object' && before !== null ? before : {}
  return `${JSON.stringify({ ...whole, expect: expectation(decoding) }, null, 2)}\n`
}

/** What a vector would have to expect of this decoding. */
export function expectation({ readings, problems }: Decoding): {
  readonly readings: Readonly<Record<string, Told>>
  readonly problems: readonly string[]
} {
  const expected = [...readings].map(([key, { value, quality, code }]): [string, Told] => [
    key,
    code === 'ok' ? { value, quality } : { value, quality, code },
  ])
  return {
    readings: Object.fromEntries(expected),
    problems: problems.map(({ reason }) => reason),
  }
}
