import type { UnitOfWork } from '../../database/database.ts'
import type { CaseRow } from '../case-row.ts'
import type { CaseCatalogue } from '../catalogue.ts'
import type { OwnParts } from '../parts.ts'
import { doubt } from '../reopen.ts'
import { handOn } from './hand-on.ts'
import { insertCase, routingOf, type Finding } from './insert.ts'
import { lieIn } from './lie-in.ts'
import { stormCase } from './storm.ts'

type OpenParts = Pick<OwnParts, 'append' | 'assign' | 'storms'>

/**
 * Opens a case with its number, its unit and its first events. `store` writes the report between, so
 * that whoever hears of the opening finds it. The caller looked for an open case in the same
 * transaction. If somebody else opened one meanwhile, `on conflict do nothing` makes PostgreSQL say
 * that the transaction cannot be serialised, so that it runs again and then joins; SQLite lets
 * nobody in between. In a storm it lies in the storm's case from its beginning: `root` says so.
 */
export async function openCase(
  work: UnitOfWork,
  parts: OpenParts,
  opening: {
    readonly catalogue: CaseCatalogue
    readonly id: string
    readonly finding: Finding
    readonly store: () => Promise<unknown>
  },
): Promise<CaseRow> {
  const { catalogue, id, finding, store } = opening
  const routing = routingOf(catalogue, finding)
  work.tell({ kind: 'case', subject: id })
  const row = await insertCase(work, catalogue, { id, finding, routing })
  await store()
  await tellOpened(work, parts, { id, finding })
  const into = await stormCase(work, parts, { catalogue, finding, routing })
  const { now: at } = finding
  if (into !== undefined) {
    const inside = await lieIn(work, parts, { row, into, at })
    if (finding.source !== 'alarm') await doubt(work, parts, into, at)
    return inside
  }
  await handOn(work, parts, { id, routing, at })
  return row
}

/** The first event of a case. */
export async function tellOpened(
  work: UnitOfWork,
  { append }: Pick<OwnParts, 'append'>,
  { id, finding }: { readonly id: string; readonly finding: Finding },
): Promise<void> {
  const { report, source, actor, now: at, recurrenceOf } = finding
  await append(work, id, {
    kind: 'opened',
    actor,
    at,
    visibility: 'public',
    data: { report, source, ...(recurrenceOf !== undefined && { recurrenceOf }) },
  })
}
