import { z } from 'zod'
import {
  filledTemplates,
  templatesBeforehand,
  type FilledTemplate,
} from '../../cases/filled-templates.ts'
import { caseState, closingReason } from '../../cases/views.ts'
import { answers } from '../answers.ts'
import { userOf } from '../authorise.ts'
import { byId, id } from '../inputs.ts'
import type { Api, ApiParts } from '../parts.ts'

const view = z.object({
  templates: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      /** Stands in letters anyway. */
      automatic: z.boolean(),
      /** By language, with the facts of the case. */
      texts: z.record(z.string(), z.string()),
      /** Facts that the case does not have; `…` stands in their place. */
      missing: z.array(z.string()),
    }),
  ),
})

const moment = z.strictObject({
  /** The state that it is about to come into; left out: its own. */
  state: caseState.exactOptional(),
  reason: closingReason.exactOptional(),
})

/** What the organisation has ready to say of a case, the most particular first. */
export function getCaseTemplates(
  api: Api,
  { database, configurations }: Pick<ApiParts, 'database' | 'configurations'>,
): void {
  api.route({
    method: 'GET',
    url: '/cases/:id/templates',
    config: { permission: 'case.read' },
    schema: {
      tags: ['cases'],
      summary: 'What is ready to be said of a case',
      params: byId,
      querystring: moment,
      response: answers(view),
    },
    handler: async (request) => {
      const { organisation } = userOf(request)
      const active = await configurations.current(organisation)
      if (active === undefined) return { templates: [] }
      const query = database.read(organisation)
      const { id: about } = request.params
      return viewOf(
        await filledTemplates(query, active, { id: about, moment: request.query }),
      )
    },
  })
}

/** The same while a report is taken down, for an answer at first contact. */
export function getTemplatesBeforehand(
  api: Api,
  { database, configurations }: Pick<ApiParts, 'database' | 'configurations'>,
): void {
  api.route({
    method: 'GET',
    url: '/templates/filled',
    config: { permission: 'case.read' },
    schema: {
      tags: ['cases'],
      summary: 'What is ready to be said of a case that a report is about to open',
      querystring: moment.extend({ category: id, asset: id.exactOptional() }),
      response: answers(view),
    },
    handler: async (request) => {
      const { organisation } = userOf(request)
      const active = await configurations.current(organisation)
      if (active === undefined) return { templates: [] }
      const query = database.read(organisation)
      const { category, asset = null, ...when } = request.query
      const about = { category, asset, moment: when }
      return viewOf(await templatesBeforehand(query, active, about))
    },
  })
}

function viewOf(found: readonly FilledTemplate[]): z.infer<typeof view> {
  return {
    templates: found.map(({ missing, ...template }) => ({
      ...template,
      texts: { ...template.texts },
      missing: [...missing],
    })),
  }
}
