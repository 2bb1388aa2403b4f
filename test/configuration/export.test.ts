import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { applyConfiguration } from '../../src/configuration/apply.ts'
import { exportConfiguration } from '../../src/configuration/export.ts'
import { canonicalJson } from '../../src/configuration/json.ts'
import { parseConfiguration, type Configuration } from '../../src/configuration/parse.ts'
import { timeUs } from '../../src/domain/time.ts'
import { north, openTestDatabase } from '../support/database.ts'
import { applyTown, minuteUs, parseTown, sound } from './town.ts'

/** Every object as text, sorted. */
function texts({ objects }: Configuration): string[] {
  return objects
    .map((one) => `${one.kind} ${one.slug} ${canonicalJson(one.document)}`)
    .toSorted()
}

describe('an export', () => {
  it('of the town applies back as unchanged', async () => {
    await using database = await openTestDatabase()
    await applyTown(database)
    const files = await exportConfiguration(database, north)
    expect(files.map(({ path }) => path)).toEqual([
      'organisation.yaml',
      'areas.yaml',
      'units.yaml',
      'categories.yaml',
      'routes.yaml',
      'assets.yaml',
      'devices.yaml',
      'rules.yaml',
      'users.yaml',
      'device-types/acme-slc-1.0.0/type.yaml',
    ])
    const configuration = sound(parseConfiguration({ organisation: north, files }))
    expect(texts(configuration)).toEqual(texts(sound(parseTown())))
    const again = { configuration, author: 'local', now: timeUs(minuteUs(1)), prune: true }
    expect((await applyConfiguration(database, again)).outcome).toBe('unchanged')
  })

  it('leaves out what is retired, and parts what is too much for one file', async () => {
    await using database = await openTestDatabase()
    const units = Array.from(
      { length: 1_500 },
      (_, i) => `  u${i}: { name: ${'n'.repeat(100)} }`,
    )
    await applyTown(database, { 'more.yaml': `units:\n${units.join('\n')}\n` })
    await applyTown(database, { 'rules/lights.yaml': undefined }, { prune: true })
    const [first] = await exportConfiguration(database, north)
    expect(first?.path).toBe('organisation.yaml')
    await applyTown(database, { 'more.yaml': `units:\n${units.join('\n')}\n` })
    const files = await exportConfiguration(database, north)
    expect(
      files.filter(({ path }) => path.startsWith('units')).map(({ path }) => path),
    ).toEqual(['units-1.yaml', 'units-2.yaml'])
    expect(parseConfiguration({ organisation: north, files }).ok).toBe(true)
  })
})

/** Texts that YAML likes to take for something else, among any others. */
const anyText = fc.oneof(
  fc.constantFrom(
    'no',
    'on',
    '007',
    '1e3',
    '~',
    'null',
    '- a',
    '#',
    ': ',
    '0x1f',
    '2026-11-20',
    '*a',
    '!x',
    '<<',
    "'",
    '"',
    'a\nb',
    ' x ',
  ),
  fc.string({ minLength: 1, maxLength: 40 }),
)
const slug = fc.stringMatching(/^[a-z0-9](?:[a-z0-9-]{0,10}[a-z0-9])?$/)
const key = fc.oneof(
  fc.constantFrom('no', '007', '~', 'a: b', 'x y', '-'),
  fc.stringMatching(/^[a-zA-Z][a-zA-Z0-9 ]{0,20}$/),
)
const number = fc.oneof(
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true, max: 1e15, min: -1e15 }),
)
const asset = fc.record(
  {
    name: anyText,
    type: fc.constant('Streetlight'),
    place: fc.record({
      lat: fc.double({ min: -90, max: 90, noNaN: true }),
      lon: fc.double({ min: -180, max: 180, noNaN: true }),
    }),
    owner: anyText,
    public: fc.boolean(),
    attributes: fc.dictionary(key, fc.oneof(anyText, number, fc.boolean()), { maxKeys: 5 }),
  },
  { requiredKeys: ['name', 'type'] },
)

it('whatever an asset is called, its export says the same when it is read again', async () => {
  await using database = await openTestDatabase()
  await applyTown(database)
  await fc.assert(
    fc.asyncProperty(
      fc.dictionary(slug, asset, { minKeys: 1, maxKeys: 6 }),
      async (assets) => {
        const objects = Object.entries(assets).map(([name, document]) => ({
          kind: 'asset' as const,
          slug: `x-${name}`,
          document,
        }))
        const configuration = { organisation: north, objects }
        const now = timeUs(minuteUs(1))
        await applyConfiguration(database, {
          configuration,
          author: 'local',
          now,
          take: 'yaml',
        })
        const files = await exportConfiguration(database, north)
        const back = sound(parseConfiguration({ organisation: north, files }))
        const again = {
          configuration: back,
          author: 'local',
          now,
          dryRun: true,
          prune: true,
        }
        expect((await applyConfiguration(database, again)).outcome).toBe('unchanged')
      },
    ),
    { numRuns: 30 },
  )
})
