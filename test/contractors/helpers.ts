import { expect } from 'vitest'
import type { OrganisationId } from '../../src/domain/ids.ts'
import { durationUs, HOUR, type DurationUs } from '../../src/domain/time.ts'
import { bo, type eve, type Towns } from './towns.ts'

export const notFound = {
  details: { kind: 'not_found', what: 'There is no such case.' },
}
export const all = { which: 'all', limit: 100 } as const

export const days = (count: number): DurationUs => durationUs(count * 24 * HOUR)

/** Ids of what Bo of LEVA sees. */
export async function listed(towns: Towns): Promise<string[]> {
  return (await towns.contractors.list(bo, all)).map(({ id }) => id)
}

export async function expectUnreachable(
  towns: Towns,
  who: typeof bo | typeof eve,
  where: { organisation: OrganisationId; id: string },
): Promise<void> {
  await expect(towns.contractors.get(who, where)).rejects.toMatchObject(notFound)
  const move = { to: 'assigned', version: 1 } as const
  await expect(towns.contractors.move(who, where, move)).rejects.toMatchObject(notFound)
}
