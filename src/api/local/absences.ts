import { z } from 'zod'
import {
  absenceInput,
  absenceView,
  type AbsenceView,
} from '../../assignment/absence-views.ts'
import { organisationId, slug } from '../../domain/ids.ts'
import { id } from '../inputs.ts'
import { organisationOf } from './organisation.ts'
import type { LocalParts } from './parts.ts'

type Parts = Pick<LocalParts, 'configurations' | 'assignments'>

const named = { organisation: organisationId.optional() }
const listBody = z.strictObject({ ...named, person: slug.optional() })
const addBody = absenceInput.extend({ ...named, person: slug })
const endBody = z.strictObject({ ...named, id })

export const absenceListView = z.object({ absences: z.array(absenceView) })

/** Absences of one organisation, or of the only one there is. */
export async function absencesList(
  parts: Parts,
  input: unknown,
): Promise<z.infer<typeof absenceListView>> {
  const { organisation, person } = listBody.parse(input)
  const own = await organisationOf(parts, organisation)
  const of = person === undefined ? undefined : { person }
  return { absences: [...(await parts.assignments.absences.list(own, of))] }
}

/** Says for somebody when that one is away. */
export async function absencesAdd(parts: Parts, input: unknown): Promise<AbsenceView> {
  const { organisation, ...absence } = addBody.parse(input)
  const own = await organisationOf(parts, organisation)
  return await parts.assignments.absences.add(own, { ...absence, by: 'local' })
}

/** Ends an absence now, or takes it back before it began. */
export async function absencesEnd(parts: Parts, input: unknown): Promise<AbsenceView> {
  const { organisation, id: absence } = endBody.parse(input)
  const own = await organisationOf(parts, organisation)
  return await parts.assignments.absences.end(own, { id: absence, by: 'local' })
}
