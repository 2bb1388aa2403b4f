import { z } from 'zod'
import { caseState } from '../../cases/views.ts'
import { answers } from '../answers.ts'
import { userOf } from '../authorise.ts'
import { id, listLimit } from '../inputs.ts'
import type { Api, ApiParts } from '../parts.ts'
import { caseListView } from '../views.ts'

const name = z.string().min(1).max(63)

/** `?box=west,south,east,north` in degrees. */
const box = z
  .string()
  .regex(
    /^-?\d{1,3}(?:\.\d{1,9})?(?:,-?\d{1,3}(?:\.\d{1,9})?){3}$/,
    'west,south,east,north',
  )
  .transform((text) => {
    const [west = 0, south = 0, east = 0, north = 0] = text.split(',').map(Number)
    return { west, south, east, north }
  })
  .refine(
    ({ west, south, east, north }) =>
      west <= east && south <= north && south >= -90 && north <= 90,
    'west and south come before east and north',
  )

const querystring = z.strictObject({
  which: z.enum(['open', 'all']).default('open'),
  asset: id.exactOptional(),
  /** `?states=assigned,planned` */
  states: z
    .string()
    .max(200)
    .transform((text) => text.split(','))
    .pipe(z.array(caseState))
    .exactOptional(),
  /** `-` is triage: no unit. */
  unit: name.transform((unit) => (unit === '-' ? null : unit)).exactOptional(),
  category: name.exactOptional(),
  assignee: name.exactOptional(),
  contractor: name.exactOptional(),
  search: z.string().max(100).exactOptional(),
  box: box.exactOptional(),
  sort: z.enum(['changed', 'due']).exactOptional(),
  cursor: z.string().max(200).exactOptional(),
  limit: listLimit,
})

/** Cases without personal data, the open ones unless all are asked for. */
export function getCases(api: Api, { cases }: Pick<ApiParts, 'cases'>): void {
  api.route({
    method: 'GET',
    url: '/cases',
    config: { permission: 'case.read' },
    schema: {
      tags: ['cases'],
      summary: 'List cases',
      querystring,
      response: answers(caseListView.extend({ next: z.string().nullable() })),
    },
    handler: async (request) => {
      const { cases: found, next } = await cases.page(
        userOf(request).organisation,
        request.query,
      )
      return { cases: [...found], next }
    },
  })
}
