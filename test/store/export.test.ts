import { readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { parse } from 'csv-parse/sync'
import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import type { OrganisationId, PointId } from '../../src/domain/ids.ts'
import type { Value } from '../../src/domain/reading.ts'
import { timeUs } from '../../src/domain/time.ts'
import { exportBytes } from '../../src/store/export/bytes.ts'
import type { ExportFormat, NamedReading } from '../../src/store/export/format.ts'
import { readingLine } from '../../src/store/influx/line.ts'
import type { StoredReading } from '../../src/store/reading-store.ts'
import { temporaryFolder } from '../support/temporary.ts'

const name = { asset: 'lamp-17', role: 'power', device: 'lamp-17', key: 'power', unit: 'W' }

function row(value: Value, changes: Partial<StoredReading> = {}): NamedReading {
  const reading: StoredReading = {
    organisation: 'gata' as OrganisationId,
    position: { epoch: 'e1', partition: 3, sequence: 12, index: 4 },
    point: 17 as PointId,
    value,
    quality: 'good',
    code: 'ok',
    effective: timeUs(1_795_000_000_000_123),
    ingest: timeUs(1_795_000_001_000_000),
    flags: 0,
    typeVersion: 2,
    ...changes,
  }
  return { name, reading }
}

async function* pages(...all: readonly NamedReading[][]): AsyncGenerator<NamedReading[]> {
  yield* all
}

async function text(
  format: ExportFormat,
  ...rows: readonly NamedReading[]
): Promise<string> {
  return (await bytes(format, pages([...rows]))).toString()
}

async function bytes(
  format: ExportFormat,
  from: AsyncIterable<readonly NamedReading[]>,
): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  for await (const some of exportBytes(format, from)) chunks.push(some)
  return Buffer.concat(chunks)
}

/** The cells of the only row, by column. */
async function cells(one: NamedReading): Promise<Record<string, string>> {
  const rows: Record<string, string>[] = parse(await text('csv', one), { columns: true })
  expect(rows).toHaveLength(1)
  return rows[0] ?? {}
}

describe('an export as CSV', () => {
  it('has these columns in this order, and every microsecond', async () => {
    const full = row(-12.5, {
      source: timeUs(1_795_000_000_000_123),
      server: timeUs(-1),
      native: 2_147_483_648,
      flags: 2,
    })
    expect(await text('csv', full)).toBe(
      'organisation,asset,role,device,point,point_id,effective,source,server,ingest,' +
        'value,kind,unit,quality,code,native,flags,type_version,position\r\n' +
        'gata,lamp-17,power,lamp-17,power,17,2026-11-18T11:06:40.000123Z,' +
        '2026-11-18T11:06:40.000123Z,1969-12-31T23:59:59.999999Z,' +
        '2026-11-18T11:06:41.000000Z,-12.5,number,W,good,ok,2147483648,2,2,e1/3/12/4\r\n',
    )
  })

  it('has its header also when there is nothing', async () => {
    expect(await text('csv')).toMatch(/^organisation,.*,position\r\n$/)
  })

  it.each<[Value, string, string]>([
    [null, '', 'none'],
    [true, 'true', 'boolean'],
    [0.1, '0.1', 'number'],
    ['1', '1', 'text'],
    ['a "b", c\r\nd', 'a "b", c\r\nd', 'text'],
    ['=HYPERLINK("x")', `'=HYPERLINK("x")`, 'text'],
    ['+1', `'+1`, 'text'],
    ['-1', `'-1`, 'text'],
    [-1, '-1', 'number'],
    ['@SUM(A1)', `'@SUM(A1)`, 'text'],
    ['\tx', `'\tx`, 'text'],
    ['\rx', `'\rx`, 'text'],
    ['＝1+1', `'＝1+1`, 'text'],
    ['a=b', 'a=b', 'text'],
    ["x;=1+cmd|'/C calc'!A0;y", `x;'=1+cmd|'/C calc'!A0;y`, 'text'],
    ['a\n-1', `a\n'-1`, 'text'],
    ['a; -1, +1', 'a; -1, +1', 'text'],
  ])('writes %j as %j, which no spreadsheet runs', async (value, cell, kind) => {
    expect(await cells(row(value))).toMatchObject({ value: cell, kind })
  })

  it('gives back any text, but for the apostrophe before what could be a formula', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary' }), async (value) => {
        // An apostrophe that was there already cannot be told from ours.
        fc.pre(!/'[=+\-@\t\r\n＝＋－＠]/.test(value))
        const cell = (await cells(row(value)))['value'] ?? ''
        expect(cell.replaceAll(/(?<=^|[;\t\r\n])'(?=[=+\-@\t\r\n＝＋－＠])/g, '')).toBe(
          value,
        )
        // However a spreadsheet parts it, no piece begins like a formula.
        expect(
          cell.split(/[;\t\r\n]/).some((piece) => /^[=+\-@＝＋－＠]/.test(piece)),
        ).toBe(false)
      }),
      { numRuns: 200 },
    )
  })
})

it('as NDJSON has one object a reading, all with the same names', async () => {
  const lines = (await text('ndjson', row('öppen\n', { native: 3 }), row(null))).split('\n')
  const [first, second] = lines.slice(0, 2).map((line): unknown => JSON.parse(line))
  expect(lines.slice(2)).toEqual([''])
  expect(first).toEqual({
    organisation: 'gata',
    asset: 'lamp-17',
    role: 'power',
    device: 'lamp-17',
    point: 'power',
    point_id: 17,
    effective: '2026-11-18T11:06:40.000123Z',
    source: null,
    server: null,
    ingest: '2026-11-18T11:06:41.000000Z',
    value: 'öppen\n',
    unit: 'W',
    quality: 'good',
    code: 'ok',
    native: 3,
    flags: 0,
    type_version: 2,
    position: 'e1/3/12/4',
  })
  expect(second).toMatchObject({ value: null, native: null })
})

it('as line protocol is what the InfluxDB stores write', async () => {
  const rows = [row(1.5), row('a "b"\\'), row(null, { quality: 'bad', code: 'stale' })]
  expect(await text('line', ...rows)).toBe(
    rows.map(({ reading }) => `${readingLine(reading)}\n`).join(''),
  )
})

describe('an export as Parquet', () => {
  it('has a typed column for each kind of value, and rows in their order', async () => {
    await using folder = await temporaryFolder()
    const file = join(folder.path, 'r.parquet')
    const source = timeUs(1_795_000_000_000_001)
    const rows = [row(0.1, { source, native: 7 }), row('å'), row(false), row(null)]
    await writeFile(file, await bytes('parquet', pages(rows.slice(0, 1), rows.slice(1))))
    const instance = await DuckDBInstance.create()
    const connection = await instance.connect()
    const read = await connection.runAndReadAll(
      `SELECT asset, point_id, epoch_us(effective) AS effective, epoch_us(source) AS source,
         number, text, "boolean", unit, quality, native, "position"
       FROM read_parquet('${file}')`,
    )
    const same = {
      asset: 'lamp-17',
      point_id: 17,
      effective: 1_795_000_000_000_123n,
      source: null,
      number: null,
      text: null,
      boolean: null,
      unit: 'W',
      quality: 'good',
      native: null,
      position: 'e1/3/12/4',
    }
    expect(read.getRowObjectsJS()).toEqual([
      { ...same, number: 0.1, source: BigInt(source), native: 7 },
      { ...same, text: 'å' },
      { ...same, boolean: false },
      same,
    ])
    connection.closeSync()
    instance.closeSync()
  })

  it('leaves nothing behind, neither when it is taken whole nor when it is not', async () => {
    await using folder = await temporaryFolder()
    vi.stubEnv('TMPDIR', folder.path)
    try {
      expect((await bytes('parquet', pages([row(1)]))).subarray(0, 4).toString()).toBe(
        'PAR1',
      )
      for await (const some of exportBytes('parquet', pages([row(1)]))) {
        expect(some.length).toBeGreaterThan(0)
        break
      }
      const broken = bytes('parquet', failing())
      await expect(broken).rejects.toThrow('the store is away')
      expect(await readdir(folder.path)).toEqual([])
    } finally {
      vi.unstubAllEnvs()
    }
  })
})

async function* failing(): AsyncGenerator<NamedReading[]> {
  yield [row(1)]
  throw new Error('the store is away')
}

it('reads no further than what was taken, and ends the reading when nobody wants more', async () => {
  const seen: (number | string)[] = []
  async function* counted(): AsyncGenerator<NamedReading[]> {
    try {
      for (let page = 1; page <= 100; page += 1) {
        seen.push(page)
        yield [row(page)]
      }
    } finally {
      seen.push('ended')
    }
  }
  const taking = exportBytes('ndjson', counted())
  await taking.next()
  await taking.next()
  expect(seen).toEqual([1, 2])
  await taking.return(undefined)
  expect(seen).toEqual([1, 2, 'ended'])
})
