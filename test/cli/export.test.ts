import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { parse } from 'csv-parse/sync'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { App } from '../../src/app.ts'
import { openDesk, rig, startListening, type Desk, type Outcome } from './run.ts'

const rows = 5_000
const minute = 60_000
const first = Date.UTC(2026, 2, 1)

// One data folder for all, with the recording of a rig in it.
let desk: Desk
beforeAll(async () => {
  desk = await openDesk()
  await desk.run('apply', rig)
  const lines = Array.from(
    { length: rows },
    (_, index) => `${new Date(first + index * minute).toISOString()};${index % 200}`,
  )
  const csv = await desk.file('rig.csv', `datetime;Flow\n${lines.join('\n')}\n`)
  const who = ['--organisation', 'waterworks', '--device', 'rig-then']
  const { code } = await desk.run('import', 'readings', csv, ...who, '--map', 'flow=Flow')
  if (code !== 0) throw new Error('the recording was not taken')
})
afterAll(() => desk[Symbol.asyncDispose]())

function exported(...options: readonly string[]): Promise<Outcome> {
  return desk.run('export', 'readings', '--organisation', 'waterworks', ...options)
}

/** Both ways to the readings: a service that runs, and none. */
const ways: readonly [string, () => Promise<App | undefined>][] = [
  ['without a service', async () => undefined],
  ['beside a service', () => startListening(desk.data)],
]

describe.each(ways)('gatuvakt export readings %s', (_, start) => {
  let service: App | undefined
  beforeAll(async () => {
    service = await start()
  })
  afterAll(async () => {
    await service?.[Symbol.asyncDispose]()
  })

  it('writes every reading with what it measured', async () => {
    const file = join(desk.folder, 'all.csv')
    const { code, out, err } = await exported('--out', file)
    expect({ code, out, err }).toEqual({
      code: 0,
      out: `${rows} readings are in ${file}`,
      err: '',
    })
    const all: Record<string, string>[] = parse(await readFile(file), { columns: true })
    expect(all.map(({ value }) => Number(value))).toEqual(
      Array.from({ length: rows }, (_, n) => n % 200),
    )
    expect(all[1]).toMatchObject({
      organisation: 'waterworks',
      asset: 'rig-then',
      role: 'flow',
      device: 'rig-then',
      point: 'flow',
      effective: '2026-03-01T00:01:00.000000Z',
      source: '2026-03-01T00:01:00.000000Z',
      kind: 'number',
      quality: 'good',
    })
  })

  it('takes the time, the points and the format that are asked for', async () => {
    const file = join(desk.folder, 'some.ndjson')
    const time = ['--from', '2026-03-01T01:00:00Z', '--to', '2026-03-01T02:03:00+01:00']
    const what = ['--asset', 'rig-then', '--role', 'flow', '--device', 'rig-then']
    const options = [...time, ...what, '--point', 'flow', '--out', file, '--json']
    const { code, out } = await exported(...options)
    expect(code).toBe(0)
    const lines = (await readFile(file, 'utf8')).trimEnd().split('\n')
    expect(lines.map((line) => (JSON.parse(line) as { value: number }).value)).toEqual([
      60, 61, 62,
    ])
    expect(JSON.parse(out)).toEqual({
      readings: 3,
      bytes: (await readFile(file)).length,
      format: 'ndjson',
      out: file,
    })
  })

  it.each([
    ['all.parquet', /^PAR1/],
    ['all.lp', /^reading,organisation=waterworks,point=\d+ kind="number",/],
    ['all.jsonl', /^\{"organisation":"waterworks"/],
  ])('knows the format of %s', async (name, start) => {
    const file = join(desk.folder, name)
    expect((await exported('--out', file)).code).toBe(0)
    expect(await readFile(file, 'latin1')).toMatch(start)
  })

  it.each([
    [['--asset', 'nobody'], 4, 'There is no asset nobody'],
    [['--device', 'nobody'], 4, 'There is no device nobody'],
    [['--point', 'nothing'], 4, 'There is no point that fits all of this'],
    [['--from', 'yesterday'], 3, 'the input does not fit'],
    [['--format', 'xlsx'], 2, 'Allowed choices are csv, ndjson, line, parquet'],
  ])('refuses %j with %d and leaves no file', async (options, expected, words) => {
    const file = join(desk.folder, 'refused.csv')
    const { code, out, err } = await exported(...options, '--out', file)
    expect({ code, out }).toEqual({ code: expected, out: '' })
    expect(err).toContain(words)
    expect(await readdir(desk.folder)).not.toContain('refused.csv')
    expect(await readdir(desk.folder)).not.toContain('refused.csv.unfinished')
  })
})

it('does not know another organisation by this one', async () => {
  const { code } = await desk.run('export', 'readings', '--organisation', 'nowhere')
  expect(code).toBe(4)
})

describe('in a pipe', () => {
  const program = join(import.meta.dirname, '../../bin/gatuvakt')
  const words = ['export', 'readings', '--organisation', 'waterworks', '--format', 'ndjson']

  function piped() {
    return spawn(process.execPath, [program, '--data', desk.data, ...words], {
      stdio: ['ignore', 'pipe', 'pipe'],
    })
  }

  it('gives the readings to the next program and says beside it how many they were', async () => {
    const child = piped()
    const [out, err, [code]] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      once(child, 'close'),
    ])
    expect({ code, err }).toEqual({ code: 0, err: `${rows} readings\n` })
    expect(out.trimEnd().split('\n')).toHaveLength(rows)
  })

  it('ends quietly when the next program wants no more', async () => {
    const child = piped()
    const said = text(child.stderr)
    await once(child.stdout, 'data')
    child.stdout.destroy()
    const [code] = await once(child, 'exit')
    expect({ code, said: await said }).toEqual({ code: 0, said: '' })
  })
})
