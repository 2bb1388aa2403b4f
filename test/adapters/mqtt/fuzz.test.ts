import { EventEmitter } from 'node:events'
import type { Socket } from 'node:net'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { readFixedHeader, readPublish } from '../../../src/adapters/mqtt/frames.ts'
import {
  GuardedStream,
  type GuardRules,
} from '../../../src/adapters/mqtt/guarded-stream.ts'
import { TopicCache } from '../../../src/adapters/mqtt/topic-cache.ts'
import { matchTopic } from '../../../src/adapters/topics.ts'
import { organisationId } from '../../../src/domain/ids.ts'
import { CpuBudget } from '../../support/cpu-budget.ts'
import { Dice } from '../../support/dice.ts'
import { connectPacket, packet, publishPacket } from '../../support/mqtt.ts'

/** 100,000 cases each. */
const numRuns = 100_000
/** A few seconds each; more on a machine that has other things to do. */
const timeout = 120_000

it('any bytes are a header, a fault or not enough', () => {
  const budget = new CpuBudget()
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), fc.nat(70), (bytes, start) =>
      budget.count(() => isSane(bytes, start)),
    ),
    { numRuns },
  )
  expect(budget.verdict(numRuns)).toBe('kept')
})

/** What is read lies in order, and says no more than a header can. */
function isSane(bytes: Uint8Array, start: number): boolean {
  const header = readFixedHeader(bytes, start)
  if (typeof header === 'string') return true
  const frame = readPublish(bytes, start, header)
  if ('reason' in frame) return true
  const { topicStart, topicEnd, payloadStart, end } = frame
  const inOrder = topicStart < topicEnd && topicEnd <= payloadStart && payloadStart <= end
  return inOrder && header.length <= 268_435_455
}

/** A socket without a network: what the guard does with one, and nothing else. */
class Wire extends EventEmitter {
  readonly writableNeedDrain = false
  readonly writableLength = 0
  paused = false
  destroyed = false
  pause = () => (this.paused = true)
  resume = () => (this.paused = false)
  destroy = () => (this.destroyed = true)
}

/** A guard that has let a device in, and what comes out of it. */
function openGuard(waits: readonly boolean[]) {
  const wire = new Wire()
  const taken: string[] = []
  const refused: string[] = []
  let turn = 0
  // Now and then a packet has to wait, as it has when a limit is reached.
  const may = () => (turn += 1) % 3 !== 0 || waits[turn % waits.length] !== true
  const rules: GuardRules = {
    connectBytes: 1_024,
    frameBytes: 2_000,
    greeted: () => undefined,
    publish: (bytes, { topicStart, topicEnd, payloadStart, end, id }) => {
      if (!may()) return false
      const topic = bytes.toString('latin1', topicStart, topicEnd)
      taken.push(`${topic} ${id} ${bytes.toString('latin1', payloadStart, end)}`)
      return true
    },
    release: (id) => {
      if (!may()) return false
      taken.push(`release ${id}`)
      return true
    },
    admit: may,
    paused: () => undefined,
    refused: ({ reason }) => refused.push(reason),
  }
  const guard = new GuardedStream(wire as unknown as Socket, rules)
  wire.emit('data', connectPacket())
  guard.open()
  return { wire, guard, taken, refused }
}

interface Traffic {
  readonly bytes: Buffer
  /** What the guard must take out of it. */
  readonly said: readonly string[]
  /** Lengths of the pieces it comes in. */
  readonly cuts: readonly number[]
  readonly waits: readonly boolean[]
}

/** Well-formed messages, PUBRELs and pings. */
function traffic(dice: Dice): Traffic {
  const said: string[] = []
  const packets = dice.list(4, () => {
    const id = dice.below(65_535) + 1
    if (dice.chance(8)) return packet(0xc0, new Uint8Array())
    if (dice.chance(8)) {
      said.push(`release ${id}`)
      return packet(0x62, Buffer.of(id >> 8, id & 255))
    }
    const qos = dice.below(3)
    const topic = dice.pick(['a', 'v1/a/lamp-1/up'])
    const payload = dice.pick(['', 'm', '{"p":1}', 'x'.repeat(126), 'y'.repeat(300)])
    said.push(`${topic} ${qos === 0 ? 0 : id} ${payload}`)
    return publishPacket(topic, payload, { qos, id })
  })
  return {
    bytes: Buffer.concat(packets),
    said,
    cuts: [dice.below(90) + 1, dice.below(90) + 1, dice.below(9) + 1],
    waits: [dice.chance(2), dice.chance(2)],
  }
}

/** Sends it the bytes in pieces of these lengths, over and over, and wakes it until it rests. */
function fed(
  open: ReturnType<typeof openGuard>,
  bytes: Buffer,
  lengths: readonly number[],
): typeof open {
  const { wire, guard } = open
  let piece = 0
  for (let at = 0; at < bytes.length;) {
    const end = at + (lengths[piece % lengths.length] ?? 1)
    wire.emit('data', bytes.subarray(at, end))
    // A paused socket gives nothing; whoever paused it wakes the guard.
    for (let wakes = 0; wire.paused && wakes < 30; wakes += 1) guard.wake()
    at = end
    piece += 1
  }
  return open
}

it(
  'messages come out as they went in, whatever the pieces and the waiting',
  () => {
    const budget = new CpuBudget()
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const { bytes, said, cuts, waits } = traffic(new Dice(seed))
        const open = budget.count(() => fed(openGuard(waits), bytes, cuts))
        return open.refused.length === 0 && open.taken.join('\n') === said.join('\n')
      }),
      { numRuns },
    )
    expect(budget.verdict(numRuns)).toBe('kept')
  },
  timeout,
)

it(
  'of damaged traffic a guard takes what is whole, and refuses at most once',
  () => {
    const budget = new CpuBudget()
    let refusals = 0
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const dice = new Dice(seed)
        const { bytes: whole, cuts, waits } = traffic(dice)
        const bytes = dice.chance(4) ? dice.bytes(60) : whole
        for (const place of dice.list(3, () => dice.below(bytes.length))) {
          bytes[place] = dice.below(256)
        }
        const open = budget.count(() => fed(openGuard(waits), bytes, cuts))
        if (open.refused.length === 0) return true
        refusals += 1
        const before = open.taken.length
        fed(open, publishPacket('later', 'm'), [20])
        return open.refused.length === 1 && open.taken.length === before
      }),
      { numRuns },
    )
    expect(refusals).toBeGreaterThan(numRuns / 10)
    expect(budget.verdict(numRuns)).toBe('kept')
  },
  timeout,
)

const levels = ['a', 'lamp-1', 'Lamp', '', '+', '#', '$SYS', 'å', 'a+', '-', '💡'] as const

it(
  'a topic matches a filter as the rule in words says, with a cache and without',
  () => {
    const budget = new CpuBudget()
    const organisation = organisationId.parse('a')
    let matches = 0
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const dice = new Dice(seed)
        const any = () => dice.list(4, () => dice.pick(levels)).join('/')
        const filter = any()
        const topic = dice.chance(2) ? filter.replace('+', dice.pick(levels)) : any()
        const match = budget.count(() => matchTopic(filter, topic))
        const right = inWords(filter, topic)
        if (match?.captured !== right?.captured || !match !== !right) return false
        if (match !== undefined) matches += 1
        const login = {
          organisation,
          device: 'x',
          class: 'bridge',
          publish: [filter],
        } as const
        const bytes = Buffer.from(topic)
        const spoken = new TopicCache(login).find(bytes, 0, bytes.length)
        return spoken?.device === (match && (match.captured ?? 'x'))
      }),
      { numRuns },
    )
    expect(matches).toBeGreaterThan(numRuns / 10)
    expect(budget.verdict(numRuns)).toBe('kept')
  },
  timeout,
)

/** The rule again, level by level. */
function inWords(filter: string, topic: string): { captured?: string } | undefined {
  const wanted = filter.split('/')
  const said = topic.split('/')
  if (topic.startsWith('$') || filter.includes('#')) return undefined
  if (!filter.includes('+')) return filter === topic ? {} : undefined
  const wild = wanted.filter((one) => one.includes('+'))
  if (wild.length !== 1 || wild[0] !== '+' || wanted.length !== said.length)
    return undefined
  const place = wanted.indexOf('+')
  if (wanted.some((one, index) => index !== place && one !== said[index])) return undefined
  const captured = said[place] ?? ''
  const isDevice = /^[a-z0-9-]{1,63}$/.test(captured) && !/^-|-$/.test(captured)
  return isDevice ? { captured } : undefined
}
