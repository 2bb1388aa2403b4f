import { answers } from '../answers.ts'
import { userOf } from '../authorise.ts'
import { templatesView } from '../letter-views.ts'
import type { Api, ApiParts } from '../parts.ts'

/** The organisation's own words that are in force, in the order of the configuration. */
export function getTemplates(
  api: Api,
  { configurations }: Pick<ApiParts, 'configurations'>,
): void {
  api.route({
    method: 'GET',
    url: '/templates',
    config: { permission: 'case.read' },
    schema: {
      tags: ['cases'],
      summary: 'The organisation’s own words for letters and pages',
      response: answers(templatesView),
    },
    handler: async (request) => {
      const active = await configurations.current(userOf(request).organisation)
      const templates = Array.from(active?.templates ?? [], ([id, template]) => {
        const { name, when, automatic, text, mail } = template
        const { state, reason, externalStatus, categories } = when
        return {
          id,
          name,
          state: state ?? null,
          reason: reason ?? null,
          externalStatus: externalStatus ?? null,
          categories: categories ?? [],
          automatic,
          text: written(text),
          mail: mail === undefined ? null : written(mail),
        }
      })
      return { templates }
    },
  })
}

/** A text by the languages that it was written in. */
function written(
  texts: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(texts).flatMap(([language, words]) =>
      words === undefined ? [] : [[language, words] as const],
    ),
  )
}
