import fc from 'fast-check'
import { expect, it } from 'vitest'
import { csvRows, type CsvRow } from '../../src/cli/csv-rows.ts'
import { Problem } from '../../src/domain/problem.ts'
import { Dice } from '../support/dice.ts'

const separators = [',', ';', '\t'] as const
const cells = [
  '1.5',
  '1,5',
  '',
  'x',
  '"',
  '1e999',
  '-0',
  'NaN',
  '=1+1',
  '\0',
  'å',
  '0x1',
] as const
const times = [
  '2026-11-20 13:31:00',
  '2026-11-20T13:31:00Z',
  '9999-01-01',
  'now',
  '',
] as const

/** A file as people export them, here and there damaged. */
function anyFile(dice: Dice): Buffer {
  const separator = dice.pick(separators)
  const row = (): string => {
    const time = dice.chance(4) ? dice.pick(times) : times[0]
    const flow = dice.chance(4) ? dice.pick(cells) : cells[0]
    return [time, flow, dice.pick(cells)].join(separator)
  }
  const lines = [['datetime', 'Flow', 'p'].join(separator), ...dice.list(4, row)]
  const whole = Buffer.from(lines.join(dice.pick(['\n', '\r\n'])))
  const bytes = dice.chance(9) ? dice.bytes(60) : whole
  if (dice.chance(3)) bytes[dice.below(bytes.length)] = dice.below(256)
  return bytes
}

it('any file is rows with whole numbers of µs and finite values, or a Problem', async () => {
  const shape = { file: 'rig.csv', time: 'datetime', timezone: 'UTC' }
  const map = new Map([['flow', 'Flow']])
  let read = 0
  let refused = 0
  await fc.assert(
    fc.asyncProperty(fc.integer(), async (seed) => {
      const dice = new Dice(seed)
      try {
        for await (const row of csvRows({ ...shape, map }, inPieces(dice, anyFile(dice)))) {
          read += 1
          if (!isRight(row)) return false
        }
      } catch (error) {
        if (!(error instanceof Problem)) throw error
        refused += 1
      }
      return true
    }),
    { numRuns: 2_000 },
  )
  expect(Math.min(read, refused)).toBeGreaterThan(200)
}, 120_000)

/** As a pipe hands it on, cut anywhere. */
async function* inPieces(dice: Dice, bytes: Buffer): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length;) {
    const end = at + 1 + dice.below(40)
    yield bytes.subarray(at, end)
    at = end
  }
}

function isRight({ at, values }: CsvRow): boolean {
  const { flow } = values
  return Number.isSafeInteger(at) && (flow === null || Number.isFinite(flow))
}
