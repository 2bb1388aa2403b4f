import { z } from 'zod'
import { caseView, duplicateView } from '../../cases/views.ts'
import { answers } from '../answers.ts'
import { userOf } from '../authorise.ts'
import { byId } from '../inputs.ts'
import type { Api, ApiParts } from '../parts.ts'

/** Open cases near one that may be the same; merging them is somebody's decision. */
export function getCaseDuplicates(api: Api, { cases }: Pick<ApiParts, 'cases'>): void {
  api.route({
    method: 'GET',
    url: '/cases/:id/duplicates',
    config: { permission: 'case.read' },
    schema: {
      tags: ['cases'],
      summary: 'Open cases nearby that may be the same',
      description:
        'Of the same group of categories, within 1,000 m and 30 days; at most 20, the nearest first.',
      params: byId,
      response: answers(z.object({ duplicates: z.array(duplicateView) })),
    },
    handler: async (request) => {
      const { organisation } = userOf(request)
      const found = await cases.duplicates(organisation, request.params.id)
      return { duplicates: [...found] }
    },
  })
}

/** After a storm or a group: what of its case is still faulty, to be taken out of it or followed. */
export function getCaseRemaining(api: Api, { cases }: Pick<ApiParts, 'cases'>): void {
  api.route({
    method: 'GET',
    url: '/cases/:id/remaining',
    config: { permission: 'case.read' },
    schema: {
      tags: ['cases'],
      summary: 'What is still faulty of the cases that lie in one',
      description:
        'Cases in it whose own alarm still stands (`mergedInto`), and those that a group left behind when it closed; at most 500.',
      params: byId,
      response: answers(z.object({ cases: z.array(caseView) })),
    },
    handler: async (request) => {
      const { organisation } = userOf(request)
      const found = await cases.remaining(organisation, request.params.id)
      return { cases: [...found] }
    },
  })
}
