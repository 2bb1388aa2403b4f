import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { csvRows, pointMap, type CsvRow, type CsvShape } from '../../src/cli/csv-rows.ts'
import { toIso } from '../../src/domain/time.ts'
import { refusalOf } from '../support/problems.ts'
import { temporaryFolder } from '../support/temporary.ts'

let file = ''
beforeEach(async () => {
  const folder = await temporaryFolder()
  file = join(folder.path, 'rig.csv')
  return () => folder[Symbol.asyncDispose]()
})

async function rows(
  text: string | Uint8Array,
  changes: Partial<CsvShape> = {},
): Promise<CsvRow[]> {
  await writeFile(file, text)
  const map = new Map([['flow', 'Flow']])
  const shape = { file, time: 'datetime', timezone: 'UTC', map, ...changes }
  const found: CsvRow[] = []
  for await (const row of csvRows(shape)) found.push(row)
  return found
}

const short = (all: readonly CsvRow[]) =>
  all.map(({ at, values }) => `${toIso(at)} ${JSON.stringify(values)}`)

describe('a recording', () => {
  it.each([
    ['commas', 'datetime,Flow\n2026-11-20 13:31:00,1.5\n'],
    ['semicolons and decimal commas', 'datetime;Flow\n2026-11-20 13:31:00;1,5\n'],
    ['tabs', 'datetime\tFlow\n2026-11-20T13:31:00\t1.5\n'],
    ['a byte order mark', '\uFEFFdatetime;Flow\r\n2026-11-20 13:31:00;1.5\r\n'],
    ['quotes', '"datetime","Flow"\n"2026-11-20 13:31:00"," 1.5 "\n'],
  ])('may be written with %s', async (_, text) => {
    expect(short(await rows(text))).toEqual(['2026-11-20T13:31:00.000Z {"flow":1.5}'])
  })

  const swedish = 'datetime;Flöde på Åsgatan\r\n2026-11-20 13:31:00;1,5\r\n'
  const wide = Buffer.from(swedish, 'utf16le')
  it.each([
    ['UTF-8', Buffer.from(swedish)],
    ['UTF-8 with a mark', Buffer.from(`\uFEFF${swedish}`)],
    ['ISO 8859-1', Buffer.from(swedish, 'latin1')],
    ['UTF-16 with a mark', Buffer.from(`\uFEFF${swedish}`, 'utf16le')],
    ['UTF-16 without one', wide],
    ['UTF-16 the other way round', Buffer.from(`\uFEFF${swedish}`, 'utf16le').swap16()],
  ])('may be written in %s', async (_, bytes) => {
    const map = new Map([['flow', 'Flöde på Åsgatan']])
    const expected = ['2026-11-20T13:31:00.000Z {"flow":1.5}']
    expect(short(await rows(bytes, { map }))).toEqual(expected)
    // Wherever a pipe cuts it.
    const pieces = async function* () {
      for (const byte of bytes) yield Uint8Array.of(byte)
    }
    const found: CsvRow[] = []
    const shape = { file: 'a pipe', time: 'datetime', timezone: 'UTC', map }
    for await (const row of csvRows(shape, pieces())) found.push(row)
    expect(short(found)).toEqual(expected)
  })

  it('has a first letter beyond ASCII anywhere in it', async () => {
    const many = Array.from({ length: 4_000 }, () => '2026-11-20 13:31:00,1,plain')
    const text = ['datetime,Flow,Note', ...many, '2026-11-20 13:32:00,2,Å'].join('\n')
    for (const encoding of ['utf8', 'latin1'] as const) {
      expect((await rows(Buffer.from(text, encoding))).at(-1)?.values).toEqual({ flow: 2 })
    }
  })

  it('may have any number of rows: no more of them are held than are asked for', async () => {
    const lines = 1_000
    const block = Buffer.from('2026-11-20 13:31:00;1,5\n'.repeat(lines))
    let read = 0
    let ahead = 0
    const pieces = async function* () {
      yield Buffer.from('datetime;Flow\n')
      for (let at = 0; at < 100; at += 1) {
        ahead = Math.max(ahead, at * lines - read)
        yield block
      }
    }
    const map = new Map([['flow', 'Flow']])
    const shape = { file: 'a pipe', time: 'datetime', timezone: 'UTC', map }
    for await (const { values } of csvRows(shape, pieces()))
      if (values['flow'] === 1.5) read += 1
    expect(read).toBe(100_000)
    expect(ahead).toBeLessThan(20_000)
  })

  it('has times in its own zone, or in the one that is told', async () => {
    const text =
      'datetime,Flow\n2026-07-01 12:00:00,1\n2026-07-01T12:00:00Z,2\n2026-07-01 12:00:00+05:30,3\n'
    const told = await rows(text, { timezone: 'Europe/Stockholm' })
    expect(told.map(({ at }) => toIso(at).slice(11, 16))).toEqual([
      '10:00',
      '12:00',
      '06:30',
    ])
  })

  it('may have gaps: an empty field is no value', async () => {
    const [row] = await rows('datetime,Flow\n2026-11-20 13:31:00,\n')
    expect(row?.values).toEqual({ flow: null })
  })

  it('may have more columns than are asked for, and none of the rows', async () => {
    expect(await rows('datetime,Flow,Other\n')).toEqual([])
  })

  it('maps points to columns with any name', () => {
    expect(pointMap(['flow=Volume Flow RateRMS', 'a=b=c'])).toEqual(
      new Map([
        ['flow', 'Volume Flow RateRMS'],
        ['a', 'b=c'],
      ]),
    )
  })
})

describe('a wrong recording', () => {
  const good = '2026-11-20 13:31:00,1\n'

  it.each([
    [
      'a number that is none',
      `datetime,Flow\n${good}2026-11-20 13:32:00,high\n`,
      { what: '"high" is not a number', where: ':3, column Flow' },
    ],
    [
      'a number behind a blank line and a line end in quotes',
      'datetime,Flow,Note\n\n2026-11-20 13:31:00,1,"two\nlines"\n2026-11-20 13:32:00,1 2,\n',
      { what: '"1 2" is not a number', where: ':5, column Flow' },
    ],
    [
      'a time that is none',
      `datetime,Flow\n${good}yesterday,1\n`,
      { what: '"yesterday" is not a time in UTC', where: ':3' },
    ],
    [
      'a day that is none',
      'datetime,Flow\n2026-02-30 12:00:00,1\n',
      { what: '"2026-02-30 12:00:00" is not a time in UTC', where: ':2' },
    ],
    [
      'another column',
      `datetime,Floow\n${good}`,
      { what: 'there is no column "Flow"', where: ':2' },
    ],
    [
      'another column for the time',
      `time,Flow\n${good}`,
      { what: 'there is no column "datetime"', where: ':2' },
    ],
    [
      'a row with a field too many',
      `datetime,Flow\n${good}2026-11-20 13:32:00,1,2\n`,
      { what: 'the file is not the CSV it seems to be', where: ':3' },
    ],
    [
      'a quote that does not end',
      `datetime,Flow\n${good}2026-11-20 13:32:00,"1\n`,
      { what: 'the file is not the CSV it seems to be', where: '' },
    ],
    [
      'a quote that does not end in 3 MB',
      `datetime,Flow\n${good}2026-11-20 13:32:00,"1${'x\n'.repeat(1_500_000)}`,
      { what: 'the file is not the CSV it seems to be', where: '' },
    ],
    [
      'a header without end',
      `datetime,Flow${',x'.repeat(1_000_000)}`,
      { what: 'the file is not the CSV it seems to be', where: '' },
    ],
    [
      'two encodings',
      Buffer.concat([
        Buffer.from(`datetime,Flow,Å\n2026-11-20 13:31:00,1,\n2026-11-20 13:32:00,1,`),
        Buffer.from('å\n', 'latin1'),
      ]),
      { what: 'the file is in two encodings', where: ':3' },
    ],
    [
      'a column that every object has',
      `constructor,Flow\n${good}`,
      { what: 'there is no column "datetime"', where: ':2' },
    ],
  ])('is refused for %s, by line', async (_, text, { what, where }) => {
    const problem = await refusalOf(rows(text))
    expect(problem).toMatchObject({ kind: 'invalid', what, next: expect.any(String) })
    expect(problem.where).toContain(`${file}${where}`)
  })

  it('lists the columns that there are', async () => {
    const { why } = await refusalOf(rows(`datetime,Floow\n${good}`))
    expect(why).toBe('the columns are datetime, Floow')
  })

  it('says that the zone is unknown', async () => {
    const problem = await refusalOf(
      rows(`datetime,Flow\n${good}`, { timezone: 'Mars/Base' }),
    )
    expect(problem.what).toContain('Mars/Base')
    expect(problem.why).toMatch(/time ?zone/i)
  })

  it('takes no part of an object for a column', async () => {
    const map = new Map([['flow', 'constructor']])
    const { what } = await refusalOf(rows(`datetime,Flow\n${good}`, { map }))
    expect(what).toBe('there is no column "constructor"')
  })

  it.each(['flow', '=Flow', ''])('has no map "%s"', async (text) => {
    const map = Promise.resolve().then(() => pointMap([text]))
    expect(await refusalOf(map)).toMatchObject({
      kind: 'invalid',
      what: `--map "${text}" is not point=column`,
    })
  })
})
