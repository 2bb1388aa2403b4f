import { Command } from 'commander'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { App } from '../../src/app.ts'
import { createCases } from '../../src/cases/create-cases.ts'
import { routesCommand } from '../../src/cli/routes.ts'
import { explain, type Terminal } from '../../src/cli/terminal.ts'
import { systemClock } from '../../src/clock.ts'
import { createConfigurations } from '../../src/configuration/configurations.ts'
import { keepCurrent } from '../../src/configuration/current.ts'
import { organisationId } from '../../src/domain/ids.ts'
import { systemRandom } from '../../src/random.ts'
import { openDesk, startListening, type Desk, type Outcome } from '../cli/run.ts'

const lund = organisationId.parse('lund')
let desk: Desk
let service: App
let first: string

/** The command alone, over the service that runs. */
async function run(...args: readonly string[]): Promise<Outcome> {
  const out: string[] = []
  const err: string[] = []
  let code = 0
  const terminal: Terminal = {
    out: (text) => out.push(text),
    err: (text) => err.push(text),
    interactive: false,
    env: {},
    agree: () => Promise.resolve(true),
    stop: new AbortController().signal,
  }
  const program = new Command('gatuvakt')
    .option('--data <folder>')
    .option('--config <file>')
    .addCommand(routesCommand(terminal, (result) => (code = result)))
  await program
    .parseAsync(['--data', desk.data, 'routes', ...args], { from: 'user' })
    .catch((error: unknown) => (code = explain(error, terminal)))
  return { code, out: out.join('\n'), err: err.join('\n') }
}

const text = '{ sv: a, nb: a, en: a }'
const configuration = `
units:
  light: { name: Belysning }
  park: { name: Park }
categories:
  dark: { name: ${text}, faultClass: light_out, serviceLevel: lamps }
  litter: { name: ${text}, faultClass: litter }
service-levels:
  lamps: { name: Lamps, clocks: { resolve: { days: 30, count: calendar } } }
areas:
  south: { name: South, ring: [[13.1, 55.6], [13.2, 55.6], [13.2, 55.7], [13.1, 55.7], [13.1, 55.6]] }
routes:
  lamps: { order: 10, when: { category: dark }, unit: light }
  south: { order: 20, when: { area: south }, unit: park, serviceLevel: lamps }
`

beforeAll(async () => {
  desk = await openDesk()
  service = await startListening(desk.data)
  await desk.run(
    'init',
    '--organisation',
    'lund',
    '--name',
    'Lund',
    '--email',
    'a@b.example',
  )
  const folder = join(desk.folder, 'lund')
  await mkdir(folder)
  await writeFile(join(folder, 'all.yaml'), configuration)
  await desk.run('apply', folder)
  const { database } = service
  const current = keepCurrent(createConfigurations(database))
  const citizens = createCases({
    database,
    clock: systemClock,
    random: systemRandom,
    secret: new Uint8Array(32).fill(7),
    catalogue: (organisation) => current.load(organisation),
    catalogueNow: (organisation) => current.loaded(organisation),
  })
  const cases: string[] = []
  for (const category of ['dark', 'litter', 'dark']) {
    const receipt = await citizens.report(lund, {
      source: 'web',
      category,
      place: { lat: 55.65, lon: 13.15 },
      text: '',
      language: 'sv',
      wantsUpdates: false,
      actor: 'citizen',
    })
    cases.push(receipt.case)
  }
  first = cases[0] ?? ''
})
afterAll(async () => {
  await service[Symbol.asyncDispose]()
  await desk[Symbol.asyncDispose]()
})

describe('gatuvakt routes explain', () => {
  it('says why a case went where it went', async () => {
    const { code, out } = await run('explain', '--case', first)
    expect(out.split('\n')).toEqual([
      'goes to light; priority normal, service level lamps',
      'lies in south',
      '  → 10 lamps → light',
      '  ✓ 20 south → park',
    ])
    expect(code).toBe(0)
  })

  it('takes a report that nobody sent, and ends with 3 for triage', async () => {
    const { code, out } = await run('explain', '--category', 'litter', '--json')
    expect(code).toBe(3)
    expect(JSON.parse(out)).toMatchObject({
      unit: null,
      order: null,
      routes: [
        { slug: 'lamps', verdict: 'fails', failed: ['category'] },
        { slug: 'south', verdict: 'fails', failed: ['area'] },
      ],
    })
  })

  it('asks a draft, too', async () => {
    const file = await desk.file(
      'draft.yaml',
      'routes:\n  all: { order: 1, unit: nobody }\n',
    )
    const { code, out } = await run('explain', '--case', first, '--routes', file)
    expect(out).toContain('→ 1 all → nobody (there is no unit nobody: triage)')
    expect(code).toBe(3)
  })

  it.each([
    ['nothing at all', [], 3, 'what is to be explained?'],
    ['a place that is none', ['--place', 'here'], 3, 'here is no place'],
    ['a door that is none', ['--source', 'pigeon'], 3, 'the input does not fit'],
    ['a case that is not there', ['--case', 'f'.repeat(32)], 4, 'There is no such case.'],
    ['a time without a zone', ['--case', 'a', '--at', '2026-11-20'], 3, 'does not fit'],
  ])('refuses %s', async (_, args, expected, words) => {
    const { code, err } = await run('explain', ...args)
    expect(err).toContain(words)
    expect(code).toBe(expected)
  })
})

describe('gatuvakt routes dry-run', () => {
  it('says where cases went and where they would go', async () => {
    const file = await desk.file(
      'swapped.yaml',
      'routes:\n  all: { order: 5, unit: park }\n',
    )
    const { code, out } = await run('dry-run', file)
    expect(out).toContain('3 cases, of which 2 would go elsewhere')
    expect(out).toContain('light: 2 → 0')
    expect(out).toContain('park: 1 → 3')
    expect(out).toContain('light → park: 2')
    expect(code).toBe(0)
    const json = await run('dry-run', file, '--json')
    expect(JSON.parse(json.out)).toMatchObject({ cases: 3, changed: 2, taken: { 5: 3 } })
  })

  it('points at what is wrong in the file', async () => {
    const file = await desk.file('wrong.yaml', 'routes:\n  all: { order: 5, unti: park }\n')
    const { code, err } = await run('dry-run', file)
    expect(err).toContain('wrong.yaml:2:')
    expect(code).toBe(3)
    const empty = await desk.file('empty.yaml', 'units:\n  a: { name: A }\n')
    expect((await run('dry-run', empty)).code).toBe(4)
    expect((await run('dry-run', join(desk.folder, 'none.yaml'))).code).toBe(4)
  })
})
