import type { Simulation } from '../../adapters/workbench.ts'
import type { TypeOf } from '../../devices/device-type.ts'
import { deviceTopic } from '../../devices/topic.ts'
import type { Clock } from '../../domain/clock.ts'
import { Problem } from '../../domain/problem.ts'
import type { Value } from '../../domain/reading.ts'
import { jsonMessage } from '../../workshop/json-message.ts'
import { connectBroker } from './mqtt-sniff.ts'

export interface MqttSimulationOrder {
  readonly type: TypeOf<'mqtt'>
  /** A message that is known to be right; the simulated values are put into it. */
  readonly like: unknown
  readonly url: string
  readonly password: string | undefined
  readonly organisation: string
  readonly device: string
  readonly clock: Clock
}

/** A simulated device that speaks by itself. */
export interface SpeakingSimulation extends Simulation {
  /** Says what it has now, with QoS 1; resolves when the broker has it. */
  speak(): Promise<void>
}

/** A device that publishes to a broker. Rejects with Problem unavailable when it is not let in. */
export async function simulateMqtt(
  order: MqttSimulationOrder,
): Promise<SpeakingSimulation> {
  const { type, like, url, password, organisation, device, clock } = order
  const client = await connectBroker(url, password, device)
  const topic = deviceTopic(type, { organisation, device })
  const values = new Map<string, Value>()
  let mute = false
  return {
    where: `${new URL(url).host} ${topic}`,
    set(point, value) {
      if (type.points[point] === undefined) throw noPoint(point, Object.keys(type.points))
      values.set(point, value)
    },
    silent: (yes) => void (mute = yes),
    async speak() {
      if (mute) return
      const payload = jsonMessage(type, { like, values, at: clock.now() })
      await client.publishAsync(topic, Buffer.from(payload), { qos: 1 })
    },
    [Symbol.asyncDispose]: () => client.endAsync(true),
  }
}

function noPoint(point: string, known: readonly string[]): Problem {
  return new Problem({
    kind: 'invalid',
    what: `The type has no point ${JSON.stringify(point)}`,
    where: '--set, --fault',
    next: `It has ${known.join(', ')}`,
  })
}
