import { plainAlarm } from '../support/alarm-rows.ts'
import { copyFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { adopt, planAdoption } from '../../src/ingest/adopt.ts'
import { saveCheckpoint } from '../../src/ingest/checkpoint.ts'
import { north } from '../support/database.ts'
import { refusalOf } from '../support/problems.ts'
import { openStore, partsOf, say } from './adopting.ts'
import {
  logFile,
  openField,
  openLogIn,
  said,
  second,
  startLamps,
  wholeLog,
} from './field.ts'

/** A log that is read to its end, and a copy from before its last records. */
async function openShorter(lastPower: number) {
  await using opening = new AsyncDisposableStack()
  const field = opening.use(await openField())
  await startLamps(field, north)
  await say(field.log, 10, 20)
  const copy = join(field.folder, 'copy')
  await copyFile(logFile(field.folder), `${copy}.sqlite`)
  await copyFile(`${logFile(field.folder)}-wal`, `${copy}.sqlite-wal`)
  await field.log.append(said({ at: 100, power: lastPower, organisation: north }))
  await field.log.append(said({ at: 200, power: lastPower, organisation: north }))
  const [last] = (await wholeLog(field.log)).slice(-1)
  if (last === undefined) throw new Error('the log is empty')
  await saveCheckpoint(field.database, {
    position: last.position,
    detectors: new Map(),
    controls: [],
    now: field.clock.now(),
  })
  const log = opening.use(await openLogIn(field.folder, 'copy'))
  const store = openStore()
  await store.write([], last.position)
  const all = opening.move()
  return { field, log, store, last, [Symbol.asyncDispose]: () => all.disposeAsync() }
}

describe('a shorter copy of the log', () => {
  it('is read on at its end, where nothing that was said later was heard by an alarm', async () => {
    await using short = await openShorter(50)
    const { field, log, store } = short
    const head = log.head()
    const parts = partsOf(field, log, store)
    expect(await adopt(parts)).toMatchObject({
      needed: true,
      detector: { state: 'beyond' },
      history: { state: 'beyond' },
      organisations: [{ append: false, places: [] }],
    })
    expect(await store.cursor()).toEqual(head)
    expect(await planAdoption(parts)).toMatchObject({
      needed: false,
      detector: { state: 'follows', cursor: head },
      history: { state: 'follows', cursor: head },
    })
  })

  it('is refused where places would be given twice to an alarm', async () => {
    await using short = await openShorter(1)
    const { field, log, store, last } = short
    const { epoch, partition, sequence } = last.position
    await field.database.write(north, 'alarm', async ({ query }) => {
      await query
        .insertInto('alarm')
        .values(
          plainAlarm({
            condition: 'active',
            acknowledged: 0,
            raise: 1,
            last_change_at: second(200),
            last_position: `${epoch}/${partition}/${sequence}/0#0`,
          }),
        )
        .execute()
    })
    const refusal = await refusalOf(adopt(partsOf(field, log, store)))
    expect(refusal).toMatchObject({
      kind: 'conflict',
      what: expect.stringContaining('shorter copy'),
      next: expect.stringContaining('move the file of the reading log away'),
    })
    expect(await store.cursor()).toEqual(last.position)
  })
})
