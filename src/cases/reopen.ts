import type { UnitOfWork } from '../database/database.ts'
import type { TimeUs } from '../domain/time.ts'
import type { CaseRow } from './case-row.ts'
import { changeCase } from './change.ts'
import type { EventData } from './events.ts'
import type { OwnParts } from './parts.ts'

interface Doubt {
  readonly at: TimeUs
  readonly actor: string
  /** The report or the follow-up that says so. */
  readonly said: EventData
}

/** Somebody says that what was closed is not mended: staff must answer. */
export async function askToReopen(
  work: UnitOfWork,
  { append }: Pick<OwnParts, 'append'>,
  row: CaseRow,
  { at, actor, said }: Doubt,
): Promise<void> {
  if (row.state !== 'closed') return
  await changeCase(work, row, { state: 'reopen_requested', at })
  await append(work, row.id, {
    kind: 'moved',
    actor,
    at,
    visibility: 'public',
    data: { from: 'closed', to: 'reopen_requested', ...said },
  })
}

/** The case is said to be done, a person says it is not: somebody must look. */
export async function doubt(
  work: UnitOfWork,
  { append }: Pick<OwnParts, 'append'>,
  row: CaseRow,
  at: TimeUs,
): Promise<void> {
  if (row.state !== 'done_reported' || row.verify === 1) return
  await changeCase(work, row, { state: row.state, verify: true, at })
  await append(work, row.id, {
    kind: 'verify',
    actor: 'system',
    at,
    visibility: 'public',
    data: {},
  })
}
