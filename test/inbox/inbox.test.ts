import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Stranger } from '../../src/adapters/adapter.ts'
import type { Database } from '../../src/database/database.ts'
import type { Clock } from '../../src/domain/clock.ts'
import { durationUs, SECOND } from '../../src/domain/time.ts'
import { MOST_SAMPLE } from '../../src/inbox/fold.ts'
import { startInbox, type Inbox } from '../../src/inbox/inbox.ts'
import { MOST_KEPT } from '../../src/inbox/keep.ts'
import { dismissGroup, getInboxGroup, listInbox } from '../../src/inbox/read.ts'
import { shapeOfIdentity, shapeOfMessage } from '../../src/inbox/shape.ts'
import { quietLogger } from '../ingest/quiet-logger.ts'
import { second } from '../ingest/field.ts'
import { onBothDatabases } from '../support/both-databases.ts'
import { north, south } from '../support/database.ts'
import { createManualClock } from '../support/manual-clock.ts'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

function stranger(changes: Partial<Stranger> = {}): Stranger {
  return {
    organisation: north,
    connection: 'mqtt',
    identity: 'lights/north/lamp-17/status',
    sample: bytes('{"p": 12, "on": true}'),
    ...changes,
  }
}

type OpenDatabase = (clock: Clock) => Promise<Database>

async function openDesk(openDatabase: OpenDatabase) {
  await using opening = new AsyncDisposableStack()
  const clock = createManualClock(second(0))
  const database: Database = opening.use(await openDatabase(clock))
  const inbox: Inbox = opening.use(startInbox({ database, clock, logger: quietLogger() }))
  const all = opening.move()
  return { clock, database, inbox, [Symbol.asyncDispose]: () => all.disposeAsync() }
}

function theInbox(desk: () => ReturnType<typeof openDesk>): void {
  it('makes one group of strangers of one kind, with the last few names and the last message', async () => {
    await using one = await desk()
    const { clock, database, inbox } = one
    inbox.note(stranger())
    clock.advance(durationUs(30 * SECOND))
    inbox.note(stranger({ identity: 'lights/north/lamp-18/status' }))
    await inbox.flush()
    clock.advance(durationUs(30 * SECOND))
    inbox.note(stranger({ sample: bytes('{"on": false, "p": 0}') }))
    await inbox.flush()
    expect(await listInbox(database, { organisation: north, limit: 10 })).toMatchObject([
      {
        connection: 'mqtt',
        shape: 'lights/north/lamp-#/status · $.on: boolean, $.p: number',
        identity: 'lights/north/lamp-17/status',
        identities: ['lights/north/lamp-17/status', 'lights/north/lamp-18/status'],
        count: 3,
        perMinute: 2,
        firstAt: second(0),
        lastAt: second(60),
      },
    ])
    expect(await listInbox(database, { organisation: south, limit: 10 })).toEqual([])
  })

  it('parts connections and shapes, and never keeps more of a message than 4 KiB', async () => {
    await using one = await desk()
    const { database, inbox } = one
    inbox.note(stranger())
    inbox.note(stranger({ connection: 'line-1' }))
    inbox.note(stranger({ sample: bytes('{"p": "12"}') }))
    inbox.note(stranger({ sample: new Uint8Array(100_000).fill(1) }))
    await inbox.flush()
    const groups = await listInbox(database, { organisation: north, limit: 10 })
    expect(groups).toHaveLength(4)
    expect(Math.max(...groups.map(({ sample }) => sample.length))).toBe(MOST_SAMPLE)
    expect(groups[0]?.perMinute).toBeUndefined()
  })

  it('keeps 1,000 groups and forgets those that were heard longest ago', async () => {
    await using one = await desk()
    const { clock, database, inbox } = one
    for (let n = 0; n < MOST_KEPT + 30; n += 1) {
      inbox.note(stranger({ sample: bytes(`{"name${n}": 1}`) }))
      if (n === 29) {
        await inbox.flush()
        clock.advance(SECOND)
      }
    }
    await inbox.flush()
    const groups = await listInbox(database, { organisation: north, limit: 1_000 })
    expect(groups).toHaveLength(MOST_KEPT)
    expect(groups.every(({ lastAt }) => lastAt === second(1))).toBe(true)
  })

  it('writes by itself within a second', async () => {
    await using one = await desk()
    const { clock, database, inbox } = one
    inbox.note(stranger())
    clock.advance(SECOND)
    await inbox.flush()
    expect(await listInbox(database, { organisation: north, limit: 10 })).toHaveLength(1)
  })

  it('takes a dismissed group off the list while it goes on to be counted', async () => {
    await using one = await desk()
    const { clock, database, inbox } = one
    inbox.note(stranger())
    await inbox.flush()
    const [group] = await listInbox(database, { organisation: north, limit: 10 })
    const id = group?.id ?? ''
    let noted = 0
    const dismissal = {
      organisation: north,
      id,
      at: clock.now(),
      noted: async () => void (noted += 1),
    }
    await dismissGroup(database, dismissal)
    await dismissGroup(database, dismissal)
    expect(noted).toBe(1)
    inbox.note(stranger())
    await inbox.flush()
    expect(await listInbox(database, { organisation: north, limit: 10 })).toEqual([])
    expect(
      await listInbox(database, { organisation: north, limit: 10, all: true }),
    ).toMatchObject([{ count: 2, dismissedAt: second(0) }])
    await expect(getInboxGroup(database, south, id)).rejects.toThrow('nothing with the id')
    await expect(
      dismissGroup(database, { ...dismissal, organisation: south }),
    ).rejects.toThrow('nothing with the id')
  })

  it('no longer names who is a device by now, and drops groups of which nobody is left', async () => {
    await using one = await desk()
    const { clock, database, inbox } = one
    inbox.note(stranger({ connection: 'meters', identity: 'BT-1' }))
    await inbox.flush()
    clock.advance(SECOND)
    inbox.note(stranger({ identity: 'lamp-17' }))
    inbox.note(stranger({ identity: 'lamp-18' }))
    await inbox.flush()
    const ask = { organisation: north, limit: 1 }
    const devices = new Set(['mqtt lamp-18'])
    const known = (connection: string, name: string) => devices.has(`${connection} ${name}`)
    expect(await listInbox(database, { ...ask, known })).toMatchObject([
      { identity: 'lamp-17', identities: ['lamp-17'], count: 2 },
    ])
    devices.add('mqtt lamp-17')
    expect(await listInbox(database, { ...ask, known })).toMatchObject([
      { identity: 'BT-1' },
    ])
    expect(
      await listInbox(database, { ...ask, limit: 10, known, all: true }),
    ).toMatchObject([
      { identity: 'lamp-18', identities: ['lamp-18', 'lamp-17'] },
      { identity: 'BT-1' },
    ])
    devices.add('meters BT-1')
    expect(await listInbox(database, { ...ask, known })).toEqual([])
  })
}

await onBothDatabases((open, name) => {
  describe(`the inbox in ${name}`, () => {
    theInbox(() => openDesk(open))
  })
})

describe('the shape of a message', () => {
  it.each([
    ['{"a": {"b": [1, 2]}, "c": null}', '$.a.b[]: number, $.c: null'],
    ['[]', '$[]: nothing'],
    ['12', '$: number'],
    ['status=ok', 'text'],
    ['', 'empty'],
    ['\u0001\u0002', 'binary'],
  ])('of %s is %s', (message, shape) => {
    expect(shapeOfMessage(bytes(message)).text).toBe(shape)
  })

  it('never throws and does not depend on the values', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (any) => {
        expect(typeof shapeOfMessage(any).text).toBe('string')
      }),
    )
    fc.assert(
      fc.property(fc.double({ noNaN: true }), fc.double({ noNaN: true }), (a, b) => {
        const [one, other] = [a, b].map((v) =>
          bytes(JSON.stringify({ v: Number.isFinite(v) ? v : 0 })),
        )
        expect(shapeOfMessage(one ?? bytes('')).text).toBe(
          shapeOfMessage(other ?? bytes('')).text,
        )
      }),
    )
  })

  it('of a name leaves out its numbers', () => {
    expect(shapeOfIdentity('v3/app/devices/eui-70b3d57ed005a1b2/up')).toBe(
      'v#/app/devices/eui-#/up',
    )
    expect(shapeOfIdentity('unit 4')).toBe('unit #')
  })
})
