import { z } from 'zod'
import { caseView, type CaseView } from '../../cases/views.ts'
import { slug } from '../../domain/ids.ts'
import { Problem } from '../../domain/problem.ts'
import { organisationOf } from './organisation.ts'
import type { LocalParts } from './parts.ts'
import { ofOrganisation } from './shown-once.ts'

const body = ofOrganisation.extend({
  /** Of the case, as people know it. */
  number: z.string().min(1).max(40),
  partner: slug,
  text: z.string().trim().min(1).max(3_000),
})

/** What is told of a case that was handed over. */
export const forwardedView = caseView.pick({ id: true, number: true, state: true })

type Parts = Pick<LocalParts, 'configurations' | 'database' | 'forward'>

/** Hands a case to a partner that takes cases, as whoever keeps the machine. */
export async function open311Forward(
  parts: Parts,
  input: unknown,
): Promise<Pick<CaseView, 'id' | 'number' | 'state'>> {
  const { organisation: asked, number, partner, text } = body.parse(input)
  const organisation = await organisationOf(parts, asked)
  const found = await parts.database
    .read(organisation)
    .selectFrom('case')
    .select(['id', 'version'])
    .where('number', '=', number.toUpperCase())
    .executeTakeFirst()
  if (found === undefined) throw noCase(number)
  const by = { role: 'administrator', name: 'local' } as const
  const { version } = found
  const done = await parts.forward(organisation, found.id, { partner, version, text, by })
  return forwardedView.parse(done)
}

function noCase(number: string): Problem {
  return new Problem({
    kind: 'not_found',
    what: `there is no case ${number}`,
    where: 'number',
    next: 'take the number from the list of cases, such as LYS-2026-000123',
  })
}
