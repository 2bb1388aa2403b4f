import { z } from 'zod'
import { duration } from '../domain/duration.ts'
import { roleName } from '../domain/ids.ts'
import { httpAddress, httpSection } from './http/type.ts'
import { jsonPoint, jsonTime } from './json/type.ts'
import { lorawanAddress, lorawanSection } from './lorawan/type.ts'
import { modbusAddress, modbusPoint, modbusSection } from './modbus/type.ts'
import { opcuaAddress, opcuaPoint, opcuaSection } from './opcua/type.ts'
import { talqAddress, talqPoint, talqSection } from './talq/type.ts'

/** `vendor/model@version`. */
export const deviceTypeName = z
  .string()
  .regex(/^[a-z0-9-]+\/[a-z0-9-]+@\d+\.\d+\.\d+$/, 'vendor/model@1.0.0')

const common = {
  type: deviceTypeName,
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
})

const mqttType = z.strictObject({
  ...common,
  protocol: z.literal('mqtt'),
  mqtt: mqttSection,
  time: jsonTime.optional(),
  points: pointsOf(jsonPoint),
})
const httpType = z.strictObject({
  ...common,
  protocol: z.literal('http'),
  http: httpSection.prefault({}),
  time: jsonTime.optional(),
  points: pointsOf(jsonPoint),
})
const lorawanType = z.strictObject({
  ...common,
  protocol: z.literal('lorawan'),
  lorawan: lorawanSection.prefault({}),
  points: pointsOf(jsonPoint),
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

/** How one kind of device speaks: data, not code. `type.yaml` beside `vectors/*.json` and a README. */
export const deviceType = z.preprocess(
  mqttUnlessSaid,
  z.discriminatedUnion('protocol', [
    mqttType,
    httpType,
    lorawanType,
    modbusType,
    opcuaType,
    talqType,
  ]),
)
export type DeviceType = z.infer<typeof deviceType>
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
