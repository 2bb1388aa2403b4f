import { z } from 'zod'
import { duration } from '../domain/duration.ts'
import { roleName } from '../domain/ids.ts'
import { alarmMistakes } from './alarm-mistakes.ts'
import { expandBits } from './bits.ts'
import { typeMistakes, type TypeMistake } from './check-type.ts'
import { httpAddress, httpSection } from './http/type.ts'
import { jsonPoint, jsonTime } from './json/type.ts'
import { lorawanAddress, lorawanFields, lorawanPoint } from './lorawan/type.ts'
import { modbusAddress, modbusPoint, modbusSection } from './modbus/type.ts'
import { mistakenTopics, mqttOffline } from './mqtt/offline.ts'
import { acknowledgedMistakes, withAcknowledged } from './opcua/acknowledged.ts'
import { opcuaAddress, opcuaPoint, opcuaSection } from './opcua/type.ts'
import { programFields } from './program-fields.ts'
import { programMistakes } from './program-mistakes.ts'
import { talqAddress, talqPoint, talqSection } from './talq/type.ts'

/** `vendor/model@version`. */
export const deviceTypeName = z
  .string()
  .regex(/^[a-z0-9-]+\/[a-z0-9-]+@\d+\.\d+\.\d+$/, 'vendor/model@1.0.0')

const common = {
  type: deviceTypeName,
  /** A type whose text this one begins with; what stands here too takes its place. */
  extends: deviceTypeName.optional(),
  description: z.string().max(500),
  /** How often a healthy device reports; the freshness guard and no-data start from it. */
  interval: duration,
} as const

const mqttSection = z.strictObject({
  /** Topic with `{organisation}` and `{device}` where the identity stands; other levels literal. */
  topic: z
    .string()
    .max(200)
    .refine((t) => t.includes('{device}'), 'the topic must hold {device}')
    .refine((t) => !/[+#]/.test(t), 'no wildcards'),
  /** How its last will tells that it has gone; its points are bad/comm_fault from then on. */
  offline: mqttOffline.optional(),
})

const mqttType = z.strictObject({
  ...common,
  protocol: z.literal('mqtt'),
  mqtt: mqttSection,
  ...programFields,
  time: jsonTime.optional(),
  points: pointsOf(jsonPoint),
})
const httpType = z.strictObject({
  ...common,
  protocol: z.literal('http'),
  http: httpSection.prefault({}),
  ...programFields,
  /** Left out in a type of lines: the time of the line. */
  time: jsonTime.optional(),
  points: pointsOf(jsonPoint),
})
const lorawanType = z.strictObject({
  ...common,
  protocol: z.literal('lorawan'),
  ...lorawanFields,
  points: pointsOf(lorawanPoint),
})
const modbusType = z.strictObject({
  ...common,
  protocol: z.literal('modbus'),
  modbus: modbusSection,
  points: pointsOf(modbusPoint),
})
const opcuaType = z.strictObject({
  ...common,
  protocol: z.literal('opcua'),
  opcua: opcuaSection,
  points: pointsOf(opcuaPoint),
})
const talqType = z.strictObject({
  ...common,
  protocol: z.literal('talq'),
  talq: talqSection.prefault({}),
  points: pointsOf(talqPoint),
})

/** A type as its file has it. */
export const deviceTypeFile = z.discriminatedUnion('protocol', [
  mqttType,
  httpType,
  lorawanType,
  modbusType,
  opcuaType,
  talqType,
])

/**
 * How one kind of device speaks: data, not code. `type.yaml` beside `vectors/*.json` and a README.
 * What comes out has plain points only: each bit of `bits` is a point of its own, and so is whether an
 * alarm of OPC UA was acknowledged at its source.
 */
export const deviceType = z.preprocess(
  mqttUnlessSaid,
  deviceTypeFile
    .superRefine((type, context) => {
      for (const { path, message } of [
        ...typeMistakes(type.points),
        ...alarmMistakes(type.type, type.points),
        ...acknowledgedMistakes(type),
        ...programMistakes(type),
        ...topicMistakes(type),
      ]) {
        context.addIssue({ code: 'custom', path: [...path], message })
      }
    })
    .transform((type) => withAcknowledged(expandBits(type))),
)
export type DeviceType = z.infer<typeof deviceTypeFile>
export type Protocol = DeviceType['protocol']
/** A type of one protocol. */
export type TypeOf<P extends Protocol> = Extract<DeviceType, { readonly protocol: P }>

/** What `address` of a device must be, by the protocol of its type. */
export const addressOf = {
  mqtt: z.strictObject({}),
  http: httpAddress,
  lorawan: lorawanAddress,
  modbus: modbusAddress,
  opcua: opcuaAddress,
  talq: talqAddress,
} as const satisfies Record<Protocol, z.ZodType>

/** A message must be a value or a last will by its topic alone. */
function topicMistakes(type: z.infer<typeof deviceTypeFile>): TypeMistake[] {
  if (type.protocol !== 'mqtt' || type.mqtt.offline === undefined) return []
  const { topic, offline } = type.mqtt
  const message = mistakenTopics(topic, offline.topic)
  return message === undefined ? [] : [{ path: ['mqtt', 'offline', 'topic'], message }]
}

function pointsOf<S extends z.ZodType>(point: S) {
  return z
    .record(roleName, point)
    .refine((points) => Object.keys(points).length > 0, 'no points')
}

/** The types of 0.1 knew one protocol and did not name it. */
function mqttUnlessSaid(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return 'protocol' in value ? value : { protocol: 'mqtt', ...value }
}
