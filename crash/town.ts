/** The town of the crash harness: few devices, rules that act at once, and every value a whole number. */

export const organisation = 'provby'

/** How a device speaks, and so what may be asked of its readings. */
export interface Speaker {
  readonly device: string
  readonly kind: 'lamp' | 'station'
  /** Its messages carry the time of measuring, so that a repeat is recognised. */
  readonly timed: boolean
}

/** Six lamps with a clock and four without, and two pumping stations with one. */
export const speakers: readonly Speaker[] = [
  ...numbered('lamp', 10).map((device, index): Speaker => ({
    device,
    kind: 'lamp',
    timed: index < 6,
  })),
  ...numbered('station', 2).map((device): Speaker => ({
    device,
    kind: 'station',
    timed: true,
  })),
]

/** Role that a rule looks at, by kind of device. */
export const watched = {
  lamp: { rule: 'lamp-dark', role: 'missing' },
  station: { rule: 'well-high', role: 'level' },
} as const

/** An asset without a device, that only people speak of. */
export const bench = 'bench-1'

/**
 * The organisation as files that `gatuvakt apply` would read; JSON is YAML. A program that listens at
 * `hookUrl` hears of every case that is opened.
 */
export function townFiles(
  hookUrl: string,
): readonly { readonly path: string; readonly text: string }[] {
  const types = [typeOf('lamp', true), typeOf('lamp', false), typeOf('station', true)]
  const files = [
    { path: 'town.yaml', content: town(hookUrl) },
    ...types.map((type) => ({
      path: `device-types/${type.type.replace(/^crash\/|@.*$/g, '')}/type.yaml`,
      content: type,
    })),
  ]
  return files.map(({ path, content }) => ({ path, text: JSON.stringify(content) }))
}

/** Name of the secret that calls are signed with. */
export const hookSecret = 'listener'

function town(hookUrl: string): Record<string, unknown> {
  return {
    organisation: { name: 'Provby', timezone: 'Europe/Stockholm', languages: ['en'] },
    assets: {
      ...Object.fromEntries(speakers.map(({ device, kind }) => [device, asset(kind)])),
      [bench]: { ...asset('lamp'), name: 'A bench', type: 'Bench', public: true },
    },
    webhooks: {
      listener: { name: 'A program', url: hookUrl, secret: hookSecret, events: ['opened'] },
    },
    devices: Object.fromEntries(
      speakers.map(({ device, kind, timed }) => [
        device,
        { type: typeOf(kind, timed).type, asset: device },
      ]),
    ),
    rules: { 'lamp-dark': rule('lamp', 20), 'well-high': rule('station', 2) },
    categories: {
      'light-out': { name: named('Dark'), faultClass: 'light_out' },
      'well-high': { name: named('High'), faultClass: 'well_high' },
      other: { name: named('Something else'), faultClass: 'other' },
    },
  }
}

function named(text: string): Record<string, string> {
  return { sv: text, nb: text, en: text }
}

function numbered(word: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${word}-${index + 1}`)
}

function asset(kind: Speaker['kind']): Record<string, unknown> {
  const type = kind === 'lamp' ? 'Streetlight' : 'PumpStation'
  return { name: `A ${kind}`, type, place: { lat: 58.35, lon: 11.43 } }
}

function typeOf(kind: Speaker['kind'], timed: boolean) {
  const { role } = watched[kind]
  return {
    type: `crash/${kind}${timed ? '' : '-without-clock'}@1.0.0`,
    description: `A ${kind} of the crash harness`,
    mqtt: { topic: `crash/{organisation}/{device}/${kind}` },
    ...(timed && { time: { path: '$.ts', format: 'epoch_us' } }),
    interval: '60s',
    points: {
      number: { path: '$.n', kind: 'counter', unit: '1' },
      [role]: { path: `$.${role}`, unit: '1' },
    },
  }
}

function rule(kind: Speaker['kind'], above: number): Record<string, unknown> {
  return {
    name: named(`Too much at a ${kind}`),
    // What is more urgent than 3 never waits for a flood to end, and every episode is to have its case.
    priority: 2,
    assets: { type: kind === 'lamp' ? 'Streetlight' : 'PumpStation' },
    condition: { kind: 'threshold', role: watched[kind].role, above },
    onDelay: '0s',
    offDelay: '0s',
    maxGap: '1h',
    faultClass: kind === 'lamp' ? 'light_out' : 'well_high',
    confirm: 'immediately',
  }
}
