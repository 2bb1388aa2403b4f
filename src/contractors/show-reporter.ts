import { caseById } from '../cases/change.ts'
import { printable } from '../cases/printable.ts'
import type { ScopedQueries } from '../database/database.ts'
import type { OrganisationId } from '../domain/ids.ts'
import { Problem } from '../domain/problem.ts'
import { writeAudit } from '../identity/audit.ts'
import type { ContractorParts } from './parts.ts'
import type { SharingView } from './views.ts'

interface Where {
  readonly organisation: OrganisationId
  readonly id: string
}

/** Whether the contractor of a case may know who reported it. */
export interface Sharing {
  readonly show: boolean
  /** Why, for the staff; at least a word of it where something is shown. */
  readonly reason: string
  /** As histories name people. */
  readonly by: string
}

/** Lets the contractor know, or no longer. The history and the audit log say who decided; see `ContractorCases`. */
export async function showReporter(
  { database, clock, catalogue, append }: ContractorParts,
  { organisation, id }: Where,
  { show, reason, by: actor }: Sharing,
): Promise<void> {
  const { contracts } = await catalogue(organisation)
  const at = clock.now()
  const text = printable(reason)
  if (show && text === '') throw unexplained()
  await database.write(organisation, 'normal', async (work) => {
    const grant = await grantOf(work.query, id)
    if (grant === undefined) throw nobody()
    if (show && contracts.get(grant.contract)?.reporter !== 'when_granted') throw never()
    const identity = show ? 1 : 0
    if (grant.identity === identity) return
    const { contractor } = grant
    await work.query
      .updateTable('case_grant')
      .set({ identity })
      .where('id', '=', grant.id)
      .execute()
    await append(work, id, {
      kind: 'reporter_shared',
      actor,
      at,
      visibility: 'internal',
      data: { contractor, step: show ? 'shown' : 'hidden', ...(text !== '' && { text }) },
    })
    const detail = { contractor, show }
    const action = 'case.person.share'
    await writeAudit(work, { at, actor, action, subject: id, detail })
    work.tell({ kind: 'case', subject: id })
  })
}

/** How it stands; see `ContractorCases`. Throws Problem not_found. */
export async function sharing(
  { database, catalogue }: ContractorParts,
  { organisation, id }: Where,
): Promise<SharingView | null> {
  const { contracts } = await catalogue(organisation)
  const query = database.read(organisation)
  const grant = await grantOf(query, (await caseById(query, id)).id)
  if (grant === undefined) return null
  const { contractor, contract, identity } = grant
  const mayShow = contracts.get(contract)?.reporter === 'when_granted'
  // What is configured now decides what the contractor sees, not what was granted once.
  return { contractor, mayShow, shown: mayShow && identity === 1 }
}

async function grantOf(query: ScopedQueries, id: string) {
  return await query
    .selectFrom('case_grant')
    .select(['id', 'contract', 'contractor', 'identity'])
    .where('case', '=', id)
    .where('revoked_at', 'is', null)
    .executeTakeFirst()
}

function unexplained(): Problem {
  return new Problem({
    kind: 'invalid',
    what: 'It must be said why the contractor needs to know who reported it.',
    where: 'reason',
    next: 'Write a sentence, such as that somebody must let them in.',
  })
}

function nobody(): Problem {
  return new Problem({
    kind: 'not_found',
    what: 'No contractor has this case.',
    where: 'id',
    next: 'Give it to the unit of a contractor first.',
  })
}

function never(): Problem {
  return new Problem({
    kind: 'conflict',
    what: 'The contract says that this contractor never knows who reports.',
    where: 'show',
    next: 'Change the contract in the configuration, if the law allows it.',
  })
}
