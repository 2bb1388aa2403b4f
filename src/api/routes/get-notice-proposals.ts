import { z } from 'zod'
import type { Place } from '../../domain/asset.ts'
import type { OrganisationId } from '../../domain/ids.ts'
import { proposeStorms } from '../../notices/storm.ts'
import { answers } from '../answers.ts'
import { userOf } from '../authorise.ts'
import type { Api, ApiParts } from '../parts.ts'

const proposal = z.object({
  category: z.string(),
  area: z.string(),
  reports: z.int(),
  usual: z.number(),
  since: z.iso.datetime(),
})

/** What so many report now that a storm notice should answer them. */
export function getNoticeProposals(
  api: Api,
  {
    database,
    clock,
    configurations,
  }: Pick<ApiParts, 'database' | 'clock' | 'configurations'>,
): void {
  const areaOf = async (
    organisation: OrganisationId,
  ): Promise<(place: Place) => string> => {
    const configuration = await configurations.current(organisation)
    return (place) => configuration?.routing.areaOf(place) ?? ''
  }
  api.route({
    method: 'GET',
    url: '/notices/proposals',
    config: { permission: 'case.read' },
    schema: {
      tags: ['cases'],
      summary: 'What so many report now that a storm notice should answer them',
      description:
        'More reports of one category in one area within 15 minutes than ten, and than six times the median of the same quarter of an hour in the last four weeks.',
      response: answers(z.object({ proposals: z.array(proposal) })),
    },
    handler: async (request) => {
      const { organisation } = userOf(request)
      const proposals = await proposeStorms({ database, clock, areaOf }, organisation)
      return { proposals: [...proposals] }
    },
  })
}
