import { z } from 'zod'

/** What a type says of LoRaWAN as a whole. */
export const lorawanSection = z.strictObject({
  /** Ports that carry values; left out: all. */
  fPort: z.array(z.int().min(1).max(255)).min(1).max(16).optional(),
})

/** The device's EUI, as network servers write it. */
export const lorawanAddress = z.strictObject({
  devEui: z.string().regex(/^[0-9a-f]{16}$/, '16 hexadecimal digits in lower case'),
})
