import { z } from 'zod'
import { organisationId, type OrganisationId } from '../../domain/ids.ts'
import { Problem } from '../../domain/problem.ts'
import {
  desksOf,
  deskTestViewOf,
  deskViewOf,
  type deskListView,
  type DeskParts,
  type DeskTestView,
} from '../desk-view.ts'
import type { LocalParts } from './parts.ts'

type Parts = Pick<LocalParts, 'configurations'> & DeskParts

const body = z.strictObject({
  organisation: organisationId.optional(),
  desk: z.string().max(128).optional(),
})

/** Desks of one organisation, or of the only one there is. */
export async function desksList(
  parts: Parts,
  input: unknown,
): Promise<z.infer<typeof deskListView>> {
  const organisation = await organisationOf(parts, body.parse(input).organisation)
  return { desks: (await desksOf(parts).list(organisation)).map(deskViewOf) }
}

/** Sends a marked test to everybody a desk tells, and says how each went. */
export async function desksTest(parts: Parts, input: unknown): Promise<DeskTestView> {
  const { organisation, desk = '' } = body.parse(input)
  const own = await organisationOf(parts, organisation)
  return deskTestViewOf(await desksOf(parts).test(own, desk))
}

async function organisationOf(
  { configurations }: Parts,
  named: OrganisationId | undefined,
): Promise<OrganisationId> {
  if (named !== undefined) return named
  const all = await configurations.organisations()
  const [only] = all
  if (only !== undefined && all.length === 1) return only
  throw new Problem({
    kind: 'invalid',
    what: 'Which organisation?',
    why: `there are ${all.length} here`,
    next: 'name one with --organisation',
  })
}
