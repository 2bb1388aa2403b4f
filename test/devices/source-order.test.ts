import { describe, expect, it } from 'vitest'
import { activeConfiguration } from '../../src/configuration/activate.ts'
import type { JsonObject } from '../../src/configuration/json.ts'
import { createDecoder } from '../../src/devices/decode.ts'
import { writeMessage, type OpcuaEvent } from '../../src/devices/opcua/message.ts'
import { encodeTalqMessage } from '../../src/devices/talq/message.ts'
import { organisationId, type PointId } from '../../src/domain/ids.ts'
import { durationUs, later, SECOND, toIso, type TimeUs } from '../../src/domain/time.ts'
import type { Envelope } from '../../src/domain/log-record.ts'
import type { DetectorTransition } from '../../src/domain/transition.ts'
import { createDetector } from '../../src/rules/engine.ts'
import { at } from '../support/devices.ts'

const lund = organisationId.parse('lund')
const start = at('2026-11-20T12:00:00Z')
const second = (count: number): TimeUs => later(start, durationUs(count * SECOND))

const alarm = {
  name: { sv: 'Fel', nb: 'Feil', en: 'Fault' },
  priority: 2,
  faultClass: 'fault',
}

/** A thing with one device, from the bytes in the log to what the detector says. */
function listener(type: JsonObject) {
  const name = 'acme/thing@1.0.0'
  const documents = [
    ['deviceType', name, { type: name, description: 'A thing', interval: '60s', ...type }],
    ['asset', 'thing', { name: 'Thing', type: 'Thing' }],
    ['device', 'box', { type: name, asset: 'thing' }],
  ] as const
  const configuration = activeConfiguration({
    organisation: lund,
    version: 1,
    objects: documents.map(([kind, slug, document]) => ({
      kind,
      id: slug,
      slug,
      document,
      since: 1,
    })),
    points: new Map(
      ['fault', 'fault.acked'].map((key, index) => [`box ${key}`, (index + 1) as PointId]),
    ),
  })
  const decode = createDecoder(configuration.decode)
  const detector = createDetector(lund)
  let sequence = 0
  const position = () => {
    sequence += 1
    return { epoch: 'test', partition: 0, sequence, index: 0 }
  }
  detector.step({
    kind: 'activation',
    position: position(),
    ingest: start,
    rules: configuration.rules,
  })
  const said: DetectorTransition[] = []
  const [target] = configuration.rules.targets
  return {
    said,
    async hear(payload: Uint8Array, ingest: number): Promise<void> {
      const envelope: Envelope = {
        kind: 'envelope',
        organisation: lund,
        connection: 'way',
        device: 'box',
        topic: '',
        payload,
        ingest: second(ingest),
        retained: false,
      }
      const { readings } = await decode(envelope)
      const decoded = {
        position: position(),
        device: envelope.device,
        ingest: envelope.ingest,
        readings,
      }
      said.push(...detector.step({ kind: 'readings', decoded }))
    },
    /** Whether the alarm stands now. */
    stands: () => detector.explain(target?.ruleId ?? '', 'thing')?.condition.truth,
    /** What the detector said, in order. */
    words: () => said.map(({ event, late }) => (late ? `${event} late` : event)),
  }
}

const conditionEvent = (active: boolean, seconds: number, more: Partial<OpcuaEvent> = {}) =>
  writeMessage({
    v: 1,
    events: [{ condition: 'Fault', active, time: second(seconds), ...more }],
  })

/** OPC UA: on connect the server lists what is; what it kept for us of the time before may come after. */
describe('a listing of conditions, and then older events', () => {
  const type = {
    protocol: 'opcua',
    opcua: { namespaces: { p: 'urn:thing' } },
    points: { fault: { condition: 'Fault', kind: 'state', alarm } },
  }

  it('ends what is not listed, whatever came after it from before', async () => {
    const thing = listener(type)
    await thing.hear(conditionEvent(true, 10), 10)
    await thing.hear(conditionEvent(false, 100, { absent: true }), 100)
    await thing.hear(conditionEvent(true, 60), 101)
    expect(thing.words()).toEqual(['raised', 'cleared'])
    expect(thing.stands()).toBe('false')
  })

  it('keeps what is listed, although an older event says that it was over', async () => {
    const thing = listener(type)
    await thing.hear(conditionEvent(true, 10), 10)
    // Listed: as true now as when it began.
    await thing.hear(conditionEvent(true, 70, { refreshed: true }), 100)
    await thing.hear(conditionEvent(false, 40), 101)
    expect(thing.stands()).toBe('true')
    expect(thing.said.at(-1)?.event).not.toBe('cleared')
  })

  it('does not raise what is over, although an older event says that it began', async () => {
    const thing = listener(type)
    await thing.hear(conditionEvent(false, 90, { refreshed: true }), 100)
    await thing.hear(conditionEvent(true, 20), 101)
    expect(thing.stands()).toBe('false')
    const last = thing.said.at(-1)
    expect([undefined, 'cleared', 'corrected']).toContain(last?.event)
    expect(thing.said.every(({ late, historical }) => late || historical)).toBe(true)
  })
})

const device = '3f2a77b0-5e63-4a6e-9e0b-0e5c1b9d2a11'
const lampEvent = (startEndFlag: boolean, seconds: number) =>
  encodeTalqMessage({
    v: 1,
    entries: [
      {
        type: 'EventLogData',
        srcAddress: device,
        timestamp: toIso(second(seconds)),
        eventType: 'lampFailure',
        startEndFlag,
      },
    ],
  })

/** TALQ, RSMP and every source that stamps its events: the newest time of the point counts. */
describe('events with times of their own', () => {
  const type = {
    protocol: 'talq',
    points: { fault: { attribute: 'event:lampFailure', kind: 'state', alarm } },
  }

  it.each([
    ['minutes', 60],
    ['hours', 3_600],
  ])('of %s before what is known do not raise a dead alarm', async (_, step) => {
    const lamp = listener(type)
    await lamp.hear(lampEvent(true, step), step)
    await lamp.hear(lampEvent(false, 4 * step), 4 * step)
    await lamp.hear(lampEvent(true, 3 * step), 4 * step + 1)
    expect(lamp.stands()).toBe('false')
    expect(lamp.said[0]?.event).toBe('raised')
    expect(
      lamp.said.filter(
        ({ event: word, late, historical }) => word === 'raised' && !late && !historical,
      ),
    ).toHaveLength(1)
  })

  it('that began last stand, whatever older ones come after', async () => {
    const lamp = listener(type)
    await lamp.hear(lampEvent(true, 400), 400)
    await lamp.hear(lampEvent(false, 300), 401)
    await lamp.hear(lampEvent(true, 200), 402)
    expect(lamp.stands()).toBe('true')
    expect(lamp.said.at(-1)?.event).not.toBe('cleared')
  })
})
