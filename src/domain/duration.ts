import { z } from 'zod'
import { durationUs, type DurationUs } from './time.ts'

const unitUs: Record<string, number> = {
  ms: 1_000,
  s: 1_000_000,
  m: 60_000_000,
  h: 3_600_000_000,
  d: 86_400_000_000,
}
const longestUs = 366 * 86_400_000_000

/**
 * A duration as people write it in YAML: `500ms`, `30s`, `10m`, `2h`, `1d`, or a sum such as
 * `1h30m`. At most 366 days.
 */
export const duration = z
  .string()
  .regex(/^(?:\d+(?:\.\d+)?(?:ms|s|m|h|d))+$/, 'a duration such as 30s, 10m, 2h or 1h30m')
  .transform((text, context): DurationUs => {
    let total = 0
    for (const [, amount, unit] of text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h|d)/g)) {
      total += Number(amount) * (unitUs[unit ?? ''] ?? Number.NaN)
    }
    if (total <= longestUs) return durationUs(total)
    context.addIssue({ code: 'custom', message: 'at most 366 days' })
    return z.NEVER
  })
