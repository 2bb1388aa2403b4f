import { beforeEach, describe, expect, it } from 'vitest'
import { Conditions, type Asking } from '../../../src/adapters/opcua/conditions.ts'
import { loadOpcua, type Opcua } from '../../../src/adapters/opcua/library.ts'
import { watch, type Watched } from '../../../src/adapters/opcua/watched.ts'
import { createMessageReader, type OpcuaEvent } from '../../../src/devices/opcua/message.ts'
import { writeMessage } from '../../../src/devices/opcua/message.ts'
import { durationUs, SECOND } from '../../../src/domain/time.ts'
import { createManualClock, type ManualClock } from '../../support/manual-clock.ts'
import { station } from './town.ts'

/** A server by hand: what it tells, and how often it was asked for its conditions. */
interface Scripted {
  readonly conditions: Conditions
  readonly clock: ManualClock
  readonly watched: Watched
  /** Events that were stored, oldest first. */
  readonly stored: OpcuaEvent[]
  /** How often it was asked for a listing. */
  asked(): number
  mark(part: 2787 | 2788 | 2789 | 3035): void
  tell(event: { readonly active: boolean; readonly id: string }): void
  wait(seconds: number): Promise<void>
}

let opcua: Opcua
beforeEach(async () => {
  opcua = await loadOpcua()
})

/** The place of each field in the filter, as events.ts asks for them. */
const [EVENT_ID, EVENT_TYPE, SOURCE, NAME, ACTIVE, CONDITION] = [
  0, 1, 2, 7, 12, 13,
] as const

async function scripted(answer = 'Good'): Promise<Scripted> {
  const { Variant, DataType, StatusCodes, resolveNodeId } = opcua
  const clock = createManualClock()
  const stored: OpcuaEvent[] = []
  const read = createMessageReader()
  let asked = 0
  const conditions = new Conditions({
    opcua,
    clock,
    intake: {
      store: async ({ message }) => {
        const parsed = read(writeMessage(message))
        if (parsed.ok) stored.push(...(parsed.message.events ?? []))
        return true
      },
    },
  })
  const session: Asking['session'] = {
    createMonitoredItems: async () =>
      new opcua.CreateMonitoredItemsResponse({
        results: [{ statusCode: StatusCodes.Good }],
      }),
    browse: async () => new opcua.BrowseResult({ references: [] }),
    browseNext: async () => new opcua.BrowseResult({}),
    call: async () => {
      asked += 1
      const statusCode = answer === 'Good' ? StatusCodes.Good : StatusCodes.BadMethodInvalid
      return new opcua.CallMethodResult({ statusCode })
    },
  }
  const watched = watch(station())
  const [point] = watched?.conditions ?? []
  if (watched === undefined || point === undefined) throw new Error('no condition')
  point.nodeId = resolveNodeId('ns=2;i=7')
  const space = { opcua, uris: ['', '', 'urn:pumpwerk:station'], session }
  await conditions.listen(space, 1, { all: [watched], nextHandle: () => 1 })
  const take = (fields: Readonly<Record<number, object>>): void => {
    const values = Array.from({ length: 14 }, (_, at) => new Variant(fields[at] ?? {}))
    void Promise.all(conditions.take(values, clock.now()))
  }
  const node = (text: string) => ({ dataType: DataType.NodeId, value: resolveNodeId(text) })
  return {
    conditions,
    clock,
    watched,
    stored,
    asked: () => asked,
    mark: (part) => take({ [EVENT_TYPE]: node(`i=${part}`) }),
    tell: ({ active, id }) =>
      take({
        [EVENT_ID]: { dataType: DataType.ByteString, value: Buffer.from(id, 'hex') },
        [EVENT_TYPE]: node('i=2915'),
        [SOURCE]: node('ns=2;i=7'),
        [NAME]: { dataType: DataType.String, value: 'Fault' },
        [ACTIVE]: { dataType: DataType.Boolean, value: active },
        [CONDITION]: node('ns=2;i=8'),
      }),
    wait: async (seconds) => {
      clock.advance(durationUs(seconds * SECOND))
      await conditions.tick()
    },
  }
}

const told = ({ stored }: Scripted) =>
  stored.map(
    ({ active, absent = false }) => `${active ? 'on' : 'off'}${absent ? ' absent' : ''}`,
  )

describe('a listing of the conditions', () => {
  it('ends what it does not name', async () => {
    const server = await scripted()
    server.mark(2787)
    server.mark(2788)
    expect(told(server)).toEqual(['off absent'])
  })

  it('leaves alone what it names', async () => {
    const server = await scripted()
    server.mark(2787)
    server.tell({ active: true, id: '01' })
    server.mark(2788)
    expect(told(server)).toEqual(['on'])
    expect(server.stored[0]).toMatchObject({ refreshed: true })
  })

  it('that never ends concludes nothing, and is asked for again and again, ever more slowly', async () => {
    const server = await scripted()
    server.tell({ active: true, id: '01' })
    server.mark(2787)
    expect(server.asked()).toBe(1)
    await server.wait(9)
    expect(server.asked()).toBe(1)
    await server.wait(1)
    expect(server.asked()).toBe(2)
    await server.wait(19)
    expect(server.asked()).toBe(2)
    await server.wait(1)
    expect(server.asked()).toBe(3)
    expect(told(server)).toEqual(['on'])
    expect(server.watched.notes.get('conditions')).toContain('did not')
  })

  it('whose end belongs to one asked for before does not count', async () => {
    const server = await scripted()
    server.mark(2787)
    server.tell({ active: true, id: '01' })
    // Somebody adds a device: asked anew while the first is under way.
    await server.wait(10)
    server.mark(2788)
    expect(told(server)).toEqual(['on'])
    server.mark(2787)
    server.tell({ active: true, id: '01' })
    server.mark(2788)
    expect(told(server)).toEqual(['on'])
    await server.wait(3_600)
    expect(server.asked()).toBe(2)
  })

  // RefreshRequiredEventType, EventQueueOverflowEventType
  it.each([2789, 3035] as const)('is asked for when event type %i comes', async (type) => {
    const server = await scripted()
    server.mark(2787)
    server.tell({ active: true, id: '01' })
    server.mark(2788)
    server.mark(type)
    await server.wait(1)
    expect(server.asked()).toBe(1)
    await server.wait(9)
    expect(server.asked()).toBe(2)
    server.mark(2787)
    server.mark(2788)
    expect(told(server)).toEqual(['on', 'off absent'])
    // And may be active again later.
    server.tell({ active: true, id: '01' })
    expect(told(server)).toEqual(['on', 'off absent', 'on'])
  })

  it('that the server refuses is told of and tried again', async () => {
    const server = await scripted('BadMethodInvalid')
    expect(server.watched.notes.get('conditions')).toContain('BadMethodInvalid')
    await server.wait(10)
    expect(server.asked()).toBe(2)
    expect(told(server)).toEqual([])
  })
})

describe('what a condition said last', () => {
  const text = 'p:Pump1/Fault'

  it('counts from when it became active, not from what was said of it later', async () => {
    const server = await scripted()
    const began = server.clock.now()
    server.tell({ active: true, id: '01' })
    await server.wait(5)
    server.tell({ active: true, id: '02' })
    expect(server.conditions.standing('device-1', text)).toMatchObject({
      conditionId: 'nsu=urn:pumpwerk:station;i=8',
      eventId: '02',
      active: true,
      since: began,
    })
    server.tell({ active: false, id: '03' })
    await server.wait(1)
    server.tell({ active: true, id: '04' })
    expect(server.conditions.standing('device-1', text)?.since).toBe(server.clock.now())
  })

  it('is forgotten with its device', async () => {
    const server = await scripted()
    server.tell({ active: true, id: '01' })
    server.conditions.follow([])
    expect(server.conditions.standing('device-1', text)).toBeUndefined()
  })
})
