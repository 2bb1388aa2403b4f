import { Problem } from '../domain/problem.ts'
import { checkActing } from './acting.ts'
import type { CaseRow } from './case-row.ts'
import { viewOf } from './case-views.ts'
import type { CaseActor, Cases } from './cases.ts'
import { caseById, checkOwn, touchCase } from './change.ts'
import type { OwnParts } from './parts.ts'
import { printable } from './printable.ts'
import { checkNoIdentityNumber, checkUnwarned, warnedOf } from './public-words.ts'
import { isStaff, speaksToStaff } from './roles.ts'
import { checkLength, checkVersion, MOVE_TEXT_MAX } from './workflow/check-move.ts'

/** Writes into a case. It makes no new version: a comment keeps nobody from moving the case. */
export function say(parts: OwnParts): Cases['say'] {
  return async (organisation, id, { version, by, to, text, unlessWarned }) => {
    const said = printable(text)
    checkLength(said, 'text', MOVE_TEXT_MAX)
    if (said === '') throw nothing()
    checkMay(by, to)
    if (to !== 'staff') checkNoIdentityNumber(said, 'text')
    const catalogue = await parts.catalogue(organisation)
    const warned = to === 'staff' ? {} : warnedOf(said, catalogue)
    const at = parts.clock.now()
    return await parts.database.write(organisation, 'normal', async (work) => {
      const row = await caseById(work.query, id)
      await checkActing(work, parts, by, id)
      checkOwn(row)
      if (to !== 'staff') {
        checkVersion({ ...row, priorState: row.prior_state }, { version, by })
        checkHeard(row)
      }
      if (unlessWarned === true) checkUnwarned(warned)
      await touchCase(work, row, { category: row.category, at })
      await parts.append(work, id, {
        kind: 'said',
        actor: by.name,
        at,
        visibility: to === 'public' ? 'public' : 'internal',
        data: { text: said, ...(to === 'followers' && { followers: true }) },
      })
      const view = await viewOf(work.query, catalogue, await caseById(work.query, id))
      return { ...view, ...warned }
    })
  }
}

function checkMay(by: CaseActor, to: 'public' | 'followers' | 'staff'): void {
  if (isStaff(by.role) && (to === 'staff' || !speaksToStaff(by))) return
  throw new Problem({
    kind: 'forbidden',
    what: 'You cannot write to the public here.',
    where: 'to',
    next: 'Write to the staff.',
  })
}

/** A hidden case has no page, and no letter tells of it: what is said there would reach nobody. */
function checkHeard({ state }: CaseRow): void {
  if (state !== 'hidden') return
  throw new Problem({
    kind: 'conflict',
    what: 'The case is hidden: nobody outside would read this.',
    where: 'to',
    next: 'Write to the staff, or show the case again first.',
  })
}

function nothing(): Problem {
  return new Problem({
    kind: 'invalid',
    what: 'Nothing was written.',
    where: 'text',
    next: 'Write a sentence.',
  })
}
