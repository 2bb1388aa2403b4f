import { z } from 'zod'
import { suggestionView } from '../../cases/views.ts'
import { organisationId } from '../../domain/ids.ts'
import { answers } from '../answers.ts'
import { id } from '../inputs.ts'
import type { Api, ApiParts } from '../parts.ts'
import { requireOrganisation } from '../require-organisation.ts'

const params = z.strictObject({ organisation: organisationId })
const degrees = (most: number) => z.coerce.number().min(-most).max(most).optional()

/** What is reported already near where somebody is about to report. */
export function getSuggestions(
  api: Api,
  { cases, database }: Pick<ApiParts, 'cases' | 'database'>,
): void {
  api.route({
    method: 'GET',
    url: '/organisations/:organisation/suggestions',
    config: { permission: 'public' },
    schema: {
      tags: ['reports'],
      summary: 'What is reported already near where one is about to report',
      description:
        'At most five open cases of the same group of categories, the nearest first. A report with the id of one as `follows` says that it is the same.',
      params,
      querystring: z.strictObject({
        category: id,
        asset: id.optional(),
        lat: degrees(90),
        lon: degrees(180),
      }),
      response: answers(z.object({ suggestions: z.array(suggestionView) })),
    },
    handler: async (request) => {
      const { organisation } = request.params
      await requireOrganisation(database, organisation)
      const { category, asset, lat, lon } = request.query
      const found = await cases.suggestions(organisation, {
        category,
        ...(asset !== undefined && { asset }),
        ...(lat !== undefined && lon !== undefined && { place: { lat, lon } }),
      })
      return { suggestions: [...found] }
    },
  })
}
