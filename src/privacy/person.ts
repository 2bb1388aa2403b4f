import { z } from 'zod'
import type { Person } from './personal-data.ts'

const person = z.object({
  name: z.string().nullable(),
  email: z.string().nullable(),
  phone: z.string().nullable(),
  text: z.string(),
})

/** Sealed bytes are padded to a multiple of this, so that their length tells little of the words. */
const padding = 64

export function personToBytes({ name, email, phone, text }: Person): Uint8Array {
  const plain = Buffer.from(JSON.stringify({ name, email, phone, text }))
  const padded = Buffer.alloc(Math.ceil(plain.length / padding) * padding, ' ')
  plain.copy(padded)
  return padded
}

/** Throws for what `personToBytes` did not make. */
export function personFromBytes(bytes: Uint8Array): Person {
  return person.parse(JSON.parse(Buffer.from(bytes).toString('utf8')))
}
