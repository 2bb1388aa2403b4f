import type { CivilTimes } from '../calendar/civil-time.ts'
import type { Unit } from '../cases/category.ts'
import type { Contract } from '../contractors/contract.ts'
import type { Resolved } from './activate.ts'

/** Units by id, with ids of their members and contracts. */
export function unitsOf({ typed, idOf }: Resolved): Map<string, Unit> {
  return new Map(
    [...typed.unit].map(([slug, unit]) => [
      idOf('unit', slug),
      {
        ...unit,
        members: unit.members.map((member) => idOf('user', member)),
        ...(unit.contract !== undefined && { contract: idOf('contract', unit.contract) }),
      },
    ]),
  )
}

/** Contracts by id, with ids of what they cover. */
export function contractsOf({ typed, idOf }: Resolved): Map<string, Contract> {
  return new Map(
    [...typed.contract].map(([slug, contract]) => {
      const { categories, areas, serviceLevel } = contract
      return [
        idOf('contract', slug),
        {
          ...contract,
          ...(categories && { categories: categories.map((one) => idOf('category', one)) }),
          ...(areas && { areas: areas.map((one) => idOf('area', one)) }),
          ...(serviceLevel && { serviceLevel: idOf('serviceLevel', serviceLevel) }),
        },
      ]
    }),
  )
}

/** When people are at work, by id, of those who say it. */
export function hoursOf({ typed, idOf }: Resolved): Map<string, readonly CivilTimes[]> {
  return new Map(
    [...typed.user].flatMap(([slug, { hours }]) =>
      hours === undefined ? [] : [[idOf('user', slug), hours] as const],
    ),
  )
}
