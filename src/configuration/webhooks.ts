import type { Webhook } from '../webhooks/webhook.ts'
import type { Resolved } from './activate.ts'

/** Webhooks by id; what they name are ids, as cases have them. */
export function webhooksOf({ typed, idOf }: Resolved): ReadonlyMap<string, Webhook> {
  return new Map(
    [...typed.webhook].map(([slug, { units, categories, ...rest }]) => [
      idOf('webhook', slug),
      {
        ...rest,
        ...(units !== undefined && { units: units.map((one) => idOf('unit', one)) }),
        ...(categories !== undefined && {
          categories: categories.map((one) => idOf('category', one)),
        }),
      },
    ]),
  )
}
