import type { TypeOf } from './device-type.ts'

/** The topic a device of this type publishes to, its identity put in. */
export function deviceTopic(
  type: TypeOf<'mqtt'>,
  identity: { readonly organisation: string; readonly device: string },
): string {
  return type.mqtt.topic
    .replaceAll('{organisation}', () => identity.organisation)
    .replaceAll('{device}', () => identity.device)
}
