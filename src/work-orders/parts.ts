import type { Assignments } from '../assignment/assignments.ts'
import type { CaseCatalogue } from '../cases/catalogue.ts'
import type { AppendEvent } from '../cases/events.ts'
import type {
  ContractCatalogue,
  ContractorPhotos,
  GrantParts,
} from '../contractors/parts.ts'
import type { Database, UnitOfWork } from '../database/database.ts'
import type { Clock } from '../domain/clock.ts'
import type { OrganisationId } from '../domain/ids.ts'

export type OrderCatalogue = CaseCatalogue & ContractCatalogue

/** What orders stand on. */
export interface OrderParts {
  readonly database: Database
  readonly clock: Clock
  readonly catalogue: (organisation: OrganisationId) => Promise<OrderCatalogue>
  readonly inAreas: GrantParts['inAreas']
  readonly append: AppendEvent
  /** Left out: whoever came through the door may act on every case. */
  readonly checkActs?: Assignments['checkActs']
  readonly mayAct?: Assignments['mayAct']
  /** Left out: there are no photos. */
  readonly photos?: OrderPhotos
}

/** What orders need of photos, as those have it. */
export interface OrderPhotos extends Pick<ContractorPhotos, 'of' | 'bytes'> {
  /** Throws Problem invalid for unknown or used ids. */
  attach(
    work: UnitOfWork,
    to: { readonly ids: readonly string[]; readonly case: string; readonly report: null },
  ): Promise<void>
}
