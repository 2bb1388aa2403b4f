import type { CaseCatalogue } from '../cases/catalogue.ts'
import type { Cases } from '../cases/cases.ts'
import type { AppendEvent } from '../cases/events.ts'
import type { Unit } from '../cases/category.ts'
import type { Database, ScopedQueries, UnitOfWork } from '../database/database.ts'
import type { Clock } from '../domain/clock.ts'
import type { OrganisationId } from '../domain/ids.ts'
import type { Contract } from './contract.ts'

/** What contracts must know of the configuration. The active configuration has this shape. */
export interface ContractCatalogue {
  /** By id; `contract` is an id too. */
  readonly units: ReadonlyMap<string, Pick<Unit, 'contract'>>
  /** By id, with ids of categories and areas. */
  readonly contracts: ReadonlyMap<string, Contract>
  /** IANA name. */
  readonly zone: string
}

/** What the listener stands on, in whose transaction a case goes to a unit. */
export interface GrantParts {
  readonly catalogueNow: (organisation: OrganisationId) => ContractCatalogue
  /** Does the place lie in one of these areas (ids)? */
  readonly inAreas: (
    organisation: OrganisationId,
    areas: readonly string[],
    place: { readonly lat: number; readonly lon: number },
  ) => boolean
  readonly append: AppendEvent
}

/** What contractors' work stands on. */
export interface ContractorParts {
  readonly database: Database
  readonly clock: Clock
  readonly catalogue: (
    organisation: OrganisationId,
  ) => Promise<ContractCatalogue & CaseCatalogue>
  readonly cases: Pick<Cases, 'get' | 'move'>
  readonly append: AppendEvent
  /** Left out: there are no photos. */
  readonly photos?: ContractorPhotos
}

/** What contractors need of photos, as those have it. */
export interface ContractorPhotos {
  /** Gives photos that were taken in to a case. Throws Problem invalid for unknown or used ids. */
  add(
    work: UnitOfWork,
    to: { readonly ids: readonly string[]; readonly case: string; readonly actor: string },
  ): Promise<unknown>
  of(
    query: ScopedQueries,
    cases: readonly string[],
  ): Promise<
    readonly {
      readonly id: string
      readonly report: string | null
      readonly isPublic: boolean
    }[]
  >
  /** `small` is for lists. */
  bytes(
    organisation: OrganisationId,
    id: string,
    size?: 'full' | 'small',
  ): Promise<Uint8Array | undefined>
}
