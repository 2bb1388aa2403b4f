import { z } from 'zod'
import { roleName, slug } from './ids.ts'

/** WGS84 degrees. */
export const place = z.strictObject({
  lat: z.number().min(-90).max(90),
  lon: z.number().min(-180).max(180),
})
export type Place = z.infer<typeof place>

/** How one asset hangs on another. FEEDS carries power, COMM_VIA messages, CONTAINS is a place, PROCESS a function. */
export const edgeKind = z.enum(['FEEDS', 'CONTAINS', 'COMM_VIA', 'PROCESS'])
export type EdgeKind = z.infer<typeof edgeKind>

/** A lamp post, a cabinet, a pump: a thing outdoors that can be faulty and that citizens can point at. */
export const asset = z.strictObject({
  name: z.string().min(1).max(120),
  /** Smart Data Models name where one exists: Streetlight, StreetlightControlCabinet, PumpStation. */
  type: z.string().regex(/^[A-Z][A-Za-z0-9]*$/, 'a type such as Streetlight'),
  place: place.optional(),
  /** Who owns it and who mends it are often two. */
  owner: z.string().max(120).optional(),
  maintainer: z.string().max(120).optional(),
  /** May citizens see that it exists? */
  public: z.boolean().default(false),
  parents: z
    .array(z.strictObject({ edge: edgeKind, asset: slug }))
    .max(8)
    .default([]),
  attributes: z
    .record(z.string().max(60), z.union([z.string().max(500), z.number(), z.boolean()]))
    .default({}),
})
export type Asset = z.infer<typeof asset>

/** What speaks. Its type says how; `measures` says what of which asset. */
export const device = z.strictObject({
  type: z.string().min(3).max(120),
  asset: slug,
  /** Role of the asset → point of the type. Left out: every point is the role of its own name. */
  measures: z.record(roleName, roleName).optional(),
  /** Through which of the organisation's connections it is reached; devices of our own broker have none. */
  connection: slug.optional(),
  /** Where it stands there; its protocol says with what. */
  address: z
    .record(z.string().max(60), z.union([z.string().max(500), z.number()]))
    .default({}),
  /** Version of what runs on it, where the type has points of some versions only. */
  firmware: z.string().min(1).max(60).optional(),
  /** Values the type's mapping may refer to. */
  params: z
    .record(z.string().max(60), z.union([z.string().max(200), z.number()]))
    .default({}),
})
export type Device = z.infer<typeof device>
