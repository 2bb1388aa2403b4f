/** What a name and a few values suggest. Guesses for a person to confirm, never taken without a look. */

type Value = string | number | boolean

export interface GuessedKind {
  readonly kind: 'measure' | 'state' | 'counter' | 'text'
  /** Raw value → name. */
  readonly names?: Readonly<Record<string, string>>
}

const stateWords = [
  'state',
  'status',
  'mode',
  'st',
  'alarm',
  'fault',
  'fail',
  'error',
  'err',
  'run',
  'running',
  'door',
  'open',
  'on',
  'flag',
  'relay',
  'switch',
  'tilt',
]
const counterWords = [
  'count',
  'counter',
  'total',
  'starts',
  'energy',
  'wh',
  'kwh',
  'hours',
  'pulses',
  'volume',
  'fcnt',
  'seq',
  'uptime',
]
/** Different values up to which a whole number or a text may be a list of names. */
const MOST_NAMES = 8

/** The kind of a value; never throws. */
export function kindOf(key: string, values: readonly Value[]): GuessedKind {
  if (values.every((value) => typeof value === 'boolean')) return { kind: 'state' }
  const different = [...new Set(values.map(String))]
  if (values.every((value) => typeof value === 'number'))
    return numberKind(key, values, different)
  const listed = different.length > 1 || has(wordsOf(key), stateWords)
  const repeats = different.length <= MOST_NAMES && values.length >= 2 * different.length
  if (listed && repeats && values.every((value) => typeof value !== 'number')) {
    const named = different
      .filter((text) => text !== '')
      .map((text) => [text, text.slice(0, 40)])
    return { kind: 'state', names: Object.fromEntries(named) }
  }
  return { kind: 'text' }
}

function numberKind(
  key: string,
  values: readonly number[],
  different: readonly string[],
): GuessedKind {
  const words = wordsOf(key)
  const whole = values.every((value) => Number.isSafeInteger(value))
  const small = values.every((value) => value >= 0 && value < 256)
  if (whole && small && different.length <= MOST_NAMES && has(words, stateWords)) {
    const listed = different.toSorted((a, b) => Number(a) - Number(b))
    return {
      kind: 'state',
      names: Object.fromEntries(listed.map((raw) => [raw, nameOf(raw, different)])),
    }
  }
  const grows = values.every((value, index) => value >= (values[index - 1] ?? value))
  if (grows && whole && has(words, counterWords)) return { kind: 'counter' }
  return { kind: 'measure' }
}

function nameOf(raw: string, all: readonly string[]): string {
  if (all.every((one) => one === '0' || one === '1')) return raw === '0' ? 'off' : 'on'
  return `value${raw}`
}

/** Words of a name → UCUM code; the first that fits counts. */
const units: readonly (readonly [readonly string[], string])[] = [
  [
    [
      'percent',
      'pct',
      'dim',
      'dimming',
      'battery',
      'soc',
      'humidity',
      'rh',
      'fill',
      'filling',
    ],
    '%',
  ],
  [['temp', 'temperature', 'tmp'], 'Cel'],
  [['voltage', 'volt', 'volts', 'u', 'v'], 'V'],
  [['mv', 'millivolt'], 'mV'],
  [['amps', 'amp', 'current', 'ampere'], 'A'],
  [['kwh'], 'kW.h'],
  [['wh', 'energy'], 'W.h'],
  [['kw'], 'kW'],
  [['power', 'watt', 'watts', 'w', 'p'], 'W'],
  [['level', 'depth'], 'm'],
  [['distance', 'mm'], 'mm'],
  [['pressure', 'bar'], 'bar'],
  [['flow', 'inflow', 'q'], 'L/s'],
  [['frequency', 'freq', 'hz'], 'Hz'],
  [['rssi'], 'dB[mW]'],
  [['snr'], 'dB'],
  [['lux', 'illuminance', 'light'], 'lx'],
  [['hours', 'runtime'], 'h'],
]

/** A UCUM code that the name suggests; undefined when it suggests none. */
export function unitOf(key: string): string | undefined {
  const words = wordsOf(key)
  return units.find(([names]) => has(words, names))?.[1]
}

function wordsOf(key: string): readonly string[] {
  return key
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z]+/)
}

function has(words: readonly string[], known: readonly string[]): boolean {
  return words.some((word) => known.includes(word))
}

/** Twice what was seen, in round numbers: wide enough for a bad day, too narrow for a wrong word order. */
export function niceRange(
  values: readonly number[],
  unit: string | undefined,
): readonly [number, number] {
  const [low, high] = [Math.min(...values), Math.max(...values)]
  if (unit === '%' && low >= 0 && high <= 100) return [0, 100]
  const size = Math.max(Math.abs(low), Math.abs(high), 0.5)
  return [low < 0 ? -nice(2 * size) : 0, high <= 0 && low < 0 ? nice(size) : nice(2 * size)]
}

/** The next 1, 2 or 5 with zeros. */
function nice(value: number): number {
  const magnitude = 10 ** Math.floor(Math.log10(value))
  const step = [1, 2, 5, 10].find((one) => one * magnitude >= value) ?? 10
  return Number((step * magnitude).toPrecision(3))
}
