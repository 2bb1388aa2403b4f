import type { Population } from '../condition.ts'
import type { Crowd, Members } from '../crowd.ts'

/** Calls back with every row of a member, for a row of the group. */
export type EachMember = (row: number, visit: (row: number) => void) => void

/** Finds the members' rows: those of checkpoint k of a group are checkpoints k of its members. */
export function eachMemberOf(crowd: Crowd, members: Members): EachMember {
  const { first, size } = members
  return (row, visit) => {
    const target = row % crowd.size
    const base = Math.floor(row / crowd.size) * size
    const end = first[target + 1] ?? 0
    for (let member = first[target] ?? 0; member < end; member += 1) visit(base + member)
  }
}

/**
 * Are enough of its members known to say anything of a group? A share is held against the quotient,
 * so that 29 of 100 is what a rule means by 0.29.
 */
export function isKnownEnough(
  {
    population,
    mostUnknown,
  }: { readonly population: number; readonly mostUnknown: number },
  { known, all }: { readonly known: number; readonly all: number },
): boolean {
  return known >= population && (all - known) / all <= mostUnknown
}

/** A sum that lacks a member is another sum; of a count or a mean those that are known will do. */
export function mostUnknownOf({
  value,
  mostUnknown,
}: Pick<Population, 'mostUnknown'> & { readonly value?: string | undefined }): number {
  return mostUnknown ?? (value === 'sum' ? 0 : 1)
}
