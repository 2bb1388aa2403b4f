import type { AssignmentParts } from '../assignment/assignments.ts'
import { readColleagues } from '../assignment/colleagues.ts'
import { resolveAssignee } from '../assignment/resolve-assignee.ts'
import { caseById } from '../cases/change.ts'
import type { InPlaceOf } from './letters.ts'

/**
 * Who hears what was meant for a person, as cases are assigned: that one, while away who stands in, else
 * the nearest of the unit that has the case. Where there is nobody it waits for the person.
 */
export function createInPlaceOf(
  parts: Pick<AssignmentParts, 'catalogueNow' | 'worksCases' | 'isOnDuty'>,
): InPlaceOf {
  return async (work, { person, case: id, at }) => {
    const { organisation, query } = work
    const { colleagues } = await readColleagues(parts, query, { organisation, at })
    const unit = (await caseById(query, id)).unit ?? ''
    return resolveAssignee({ unit, person }, colleagues).person ?? person
  }
}
