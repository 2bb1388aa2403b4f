import type { UnitOfWork } from '../../database/database.ts'
import { Problem } from '../../domain/problem.ts'
import { checkActing } from '../acting.ts'
import type { CaseRow } from '../case-row.ts'
import { viewOf } from '../case-views.ts'
import type { Cases } from '../cases.ts'
import { caseById, checkOwn, rootOf } from '../change.ts'
import type { OwnParts } from '../parts.ts'
import { checkVersion } from '../workflow/check-move.ts'
import { moves, settled } from '../workflow/table.ts'
import { linkCase, type Linking } from './link.ts'

/** Puts a case into another one, which from then on speaks for it. */
export function mergeCases(parts: OwnParts): Cases['merge'] {
  return async (organisation, id, { version, by, into }) => {
    const catalogue = await parts.catalogue(organisation)
    const at = parts.clock.now()
    return await parts.database.write(organisation, 'normal', async (work) => {
      const row = await caseById(work.query, id)
      await checkActing(work, parts, by, id)
      checkOwn(row)
      const standing = { ...row, priorState: row.prior_state }
      checkVersion(standing, { version, by })
      if (moves[row.state].closed?.roles.includes(by.role) === false) {
        throw refused('Your role cannot close this case, and merging does.', 'to')
      }
      const changed = await mergeInto(work, parts, { row, into, at, actor: by.name })
      return await viewOf(work.query, catalogue, changed)
    })
  }
}

/** The same with the other case by id; one that was merged itself stands for its root. */
export async function mergeInto(
  work: UnitOfWork,
  parts: Pick<OwnParts, 'append'>,
  { into, ...merging }: Omit<Linking, 'into'> & { readonly into: string },
): Promise<CaseRow> {
  const target = await rootOf(work.query, await targetOf(work, into))
  return await putInto(work, parts, { ...merging, into: target })
}

async function targetOf(work: UnitOfWork, into: string): Promise<CaseRow> {
  try {
    return await caseById(work.query, into)
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    throw new Problem({ ...error.details, where: 'into' })
  }
}

/** Those who follow it hear of it before they hear of anything else of the other one. */
export async function putInto(
  work: UnitOfWork,
  parts: Pick<OwnParts, 'append'>,
  linking: Linking,
): Promise<CaseRow> {
  checkPair(linking.row, linking.into)
  const told = { visibility: 'public', other: 'absorbed' } as const
  return await linkCase(work, parts, { ...linking, ...told })
}

function checkPair(row: CaseRow, into: CaseRow): void {
  if (row.id === into.id) throw refused('A case cannot be merged into itself.', 'into')
  if (row.state === 'closed' || row.state === 'hidden') {
    throw refused('What is closed or hidden is not merged.', 'id')
  }
  if (settled.has(into.state)) {
    throw refused('The other case is closed or hidden.', 'into')
  }
}

function refused(what: string, where: string): Problem {
  return new Problem({
    kind: 'conflict',
    what,
    where,
    next: 'Choose two cases that are open.',
  })
}
