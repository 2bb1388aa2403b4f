import type { TypeOf } from './device-type.ts'

interface Identity {
  readonly organisation: string
  readonly device: string
}

/** The topic a device of this type publishes its values to, its identity put in. */
export function deviceTopic(type: TypeOf<'mqtt'>, identity: Identity): string {
  return identified(type.mqtt.topic, identity)
}

/** Every topic that speaks of a device of this type, that of its values first. */
export function deviceTopics(type: TypeOf<'mqtt'>, identity: Identity): readonly string[] {
  const { topic, offline } = type.mqtt
  const topics = offline === undefined ? [topic] : [topic, offline.topic]
  return topics.map((one) => identified(one, identity))
}

/** A topic with `{organisation}` and `{device}`, both put in. */
export function identified(topic: string, { organisation, device }: Identity): string {
  return topic
    .replaceAll('{organisation}', () => organisation)
    .replaceAll('{device}', () => device)
}
