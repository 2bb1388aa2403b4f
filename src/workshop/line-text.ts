import { z } from 'zod'
import type { TimeUs } from '../domain/time.ts'

/** A message of a line type, as its vectors have it. */
const lineMessage = z.looseObject({
  measurement: z.string().min(1).default('simulated'),
  tags: z.record(z.string(), z.string()).default({}),
  fields: z.record(z.string(), z.union([z.number(), z.string(), z.boolean()])).default({}),
})

/**
 * The line of InfluxDB's protocol that says a message, with its time in ns. Format and escapes:
 * https://docs.influxdata.com/influxdb/v2/reference/syntax/line-protocol/. Throws a ZodError for what
 * is no message of a line.
 */
export function lineOf(message: Uint8Array, at: TimeUs): string {
  const { measurement, tags, fields } = lineMessage.parse(
    JSON.parse(new TextDecoder().decode(message)),
  )
  const named = Object.entries(tags).map(([key, value]) => `,${name(key)}=${name(value)}`)
  const valued = Object.entries(fields).map(([key, value]) => `${name(key)}=${text(value)}`)
  const series = `${measurement.replaceAll(/[, ]/g, String.raw`\$&`)}${named.join('')}`
  return `${series} ${valued.join(',')} ${BigInt(at) * 1_000n}`
}

function name(part: string): string {
  return part.replaceAll(/[,= ]/g, String.raw`\$&`)
}

function text(value: number | string | boolean): string {
  if (typeof value === 'string') return `"${value.replaceAll(/["\\]/g, String.raw`\$&`)}"`
  return String(value)
}
