import { z } from 'zod'
import { slug } from '../domain/ids.ts'
import { timeUs, type TimeUs } from '../domain/time.ts'

/** What a contractor does for an organisation, and what it may know meanwhile. */
export const contract = z
  .strictObject({
    name: z.string().min(1).max(120),
    /** The contractor's own organisation in this installation. */
    contractor: slug,
    /** Left out: of every category. */
    categories: z.array(slug).min(1).max(200).optional(),
    /** Left out: anywhere. A case without a place is in no area. */
    areas: z.array(slug).min(1).max(100).optional(),
    /** First and last day, in the organisation's zone; left out: it has begun, it has no end. */
    from: z.iso.date().optional(),
    until: z.iso.date().optional(),
    /** Work that it reports as done is closed by itself too, without anybody looking at it. */
    closes: z.boolean().default(false),
    /** Who reported it is told never, or where somebody allows it for one case. */
    reporter: z.enum(['never', 'when_granted']).default('never'),
    /** The service level of its cases while it has them; left out: the one they came with. */
    serviceLevel: slug.optional(),
  })
  .refine(({ from, until }) => from === undefined || until === undefined || from <= until, {
    path: ['until'],
    error: 'a day that is not before the first',
  })
export type Contract = z.infer<typeof contract>

/** From when until before when a contract is in force; null is without an end. */
export function termOf(
  { from, until }: Pick<Contract, 'from' | 'until'>,
  zone: string,
): { readonly from: TimeUs; readonly until: TimeUs | null } {
  return {
    from: from === undefined ? timeUs(0) : startOf(Temporal.PlainDate.from(from), zone),
    until:
      until === undefined
        ? null
        : startOf(Temporal.PlainDate.from(until).add({ days: 1 }), zone),
  }
}

export function isInForce(
  contract: Pick<Contract, 'from' | 'until'>,
  { zone, at }: { readonly zone: string; readonly at: TimeUs },
): boolean {
  const { from, until } = termOf(contract, zone)
  return from <= at && (until === null || at < until)
}

function startOf(day: Temporal.PlainDate, zone: string): TimeUs {
  return timeUs(day.toZonedDateTime(zone).epochMilliseconds * 1_000)
}
