import { z } from 'zod'
import type { Assignments } from '../../assignment/assignments.ts'
import { actingPerson } from '../../cases/roles.ts'
import { actorName } from '../../domain/identity.ts'
import { slug } from '../../domain/ids.ts'
import { answers } from '../answers.ts'
import { userOf } from '../authorise.ts'
import { byId } from '../inputs.ts'
import type { Api } from '../parts.ts'

const body = z
  .strictObject({
    /** The version that the person saw; a newer one is not given away unseen. */
    version: z.int().min(0),
    /** Left out: the unit that has it. Null: triage. */
    unit: slug.nullable().optional(),
    /** `me` is whoever asks. Null or left out: the unit's queue. */
    person: slug.nullable().optional(),
  })
  .refine(({ unit, person }) => unit !== undefined || person !== undefined, {
    error: 'a unit, a person, or both',
  })

const assignedView = z.object({
  unit: z.string().nullable(),
  person: z.string().nullable(),
  /** Whom that person stands in for. */
  for: z.string().nullable(),
  version: z.int(),
  changed: z.boolean(),
  /** Forwarded for the third time: somebody must decide where it belongs. */
  toTriage: z.boolean(),
  because: z.array(
    z.object({
      person: z.string(),
      verdict: z.enum(['chosen', 'away', 'not_allowed', 'off_duty', 'unknown', 'loop']),
    }),
  ),
})

/** Gives a case to a unit or a person, takes it, or gives it back to the queue. */
export function postCaseAssign(
  api: Api,
  { assignments }: { readonly assignments: Pick<Assignments, 'assignCase'> },
): void {
  api.route({
    method: 'POST',
    url: '/cases/:id/assign',
    config: { permission: 'case.assign' },
    schema: {
      tags: ['cases'],
      summary: 'Say who has a case',
      params: byId,
      body,
      response: answers(assignedView),
    },
    handler: async (request) => {
      const user = userOf(request)
      const { person, unit, version } = request.body
      const assigned = await assignments.assignCase(
        user.organisation,
        {
          case: request.params.id,
          version,
          by: actorName(user),
          person: person === 'me' ? user.user : (person ?? null),
          ...(unit !== undefined && { unit }),
        },
        actingPerson(user),
      )
      return { ...assigned, because: [...assigned.because] }
    },
  })
}
