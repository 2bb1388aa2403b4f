import { z } from 'zod'
import { roleName } from '../../domain/ids.ts'

/** How bytes are a value; `hex` and `text` give texts. */
const tlvType = z.enum(['uint', 'int', 'float', 'hex', 'text'])

const place = {
  type: tlvType.default('uint'),
  /** Lowest byte first. */
  le: z.boolean().default(false),
} as const

const field = z.strictObject({
  ...place,
  /** Bytes from the beginning of the entry's value. */
  at: z.int().min(0).max(63),
  len: z.int().min(1).max(64),
  point: roleName,
})

/** What stands behind one channel and type. */
export const tlvEntry = z
  .strictObject({
    ...place,
    /** Bytes of the value. */
    len: z.int().min(1).max(64),
    /** The name under which `data` has it. Without one the entry is passed over. */
    point: roleName.optional(),
    /** Several values in one entry. */
    fields: z.array(field).min(1).max(16).optional(),
  })
  .refine(
    ({ point, fields }) => point === undefined || fields === undefined,
    'either point or fields',
  )
  .refine(
    ({ len, fields = [] }) => fields.every((one) => one.at + one.len <= len),
    'fields that lie within len',
  )
  .refine(
    (entry) => [entry, ...(entry.fields ?? [])].every(isSized),
    'at most 6 bytes for a uint or int, 4 or 8 for a float',
  )

/** Channel and type in hex → what follows. */
export const tlvTable = z
  .record(
    z.string().regex(/^[0-9a-f]{2}\/[0-9a-f]{2}$/, 'channel/type such as 03/82'),
    tlvEntry,
  )
  .refine((table) => Object.keys(table).length > 0, 'at least one channel')
export type TlvTable = z.infer<typeof tlvTable>

function isSized(one: {
  readonly type: z.infer<typeof tlvType>
  readonly len: number
  readonly point?: unknown
}): boolean {
  if (one.point === undefined) return true
  if (one.type === 'float') return one.len === 4 || one.len === 8
  return one.type === 'hex' || one.type === 'text' || one.len <= 6
}
