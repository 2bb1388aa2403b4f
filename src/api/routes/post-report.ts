import { z } from 'zod'
import type { NewReport } from '../../cases/cases.ts'
import { reportInput } from '../../cases/report-input.ts'
import { organisationId } from '../../domain/ids.ts'
import { creates } from '../answers.ts'
import type { Api, ApiParts } from '../parts.ts'
import { reportRate } from '../rate-limits.ts'
import { requireOrganisation } from '../require-organisation.ts'
import { receiptView } from '../views.ts'

const params = z.strictObject({ organisation: organisationId })
/** Other headers are none of our business. */
const headers = z.object({
  'idempotency-key': z
    .string()
    .regex(/^[A-Za-z0-9_-]{8,64}$/, '8 to 64 letters, digits, - or _')
    .optional(),
})

/** Through which of the doors that anybody has. */
const body = reportInput.safeExtend({
  source: z.enum(['app', 'web', 'embed', 'qr']).default('web'),
})

/** Takes a fault report from anybody. */
export function postReport(
  api: Api,
  { cases, database }: Pick<ApiParts, 'cases' | 'database'>,
): void {
  api.route({
    method: 'POST',
    url: '/organisations/:organisation/reports',
    config: { permission: 'citizen.report', rateLimit: reportRate },
    schema: {
      tags: ['reports'],
      summary: 'Report a fault',
      params,
      headers,
      body,
      description:
        'While many report at once the answer is 202: the report has its number and its link, and is looked at afterwards.',
      response: { ...creates(receiptView), 202: receiptView },
    },
    handler: async (request, reply) => {
      const { organisation } = request.params
      await requireOrganisation(database, organisation)
      const key = request.headers['idempotency-key']
      const receipt = await cases.report(organisation, newReport(request.body, key))
      const { number, token, known, waits } = receipt
      return reply.code(waits === true ? 202 : 201).send({ number, token, known })
    },
  })
}

/** The header wins over the key in the body. */
function newReport(input: z.infer<typeof body>, header: string | undefined): NewReport {
  return {
    ...input,
    ...(header !== undefined && { idempotencyKey: header }),
    actor: 'citizen',
  }
}
