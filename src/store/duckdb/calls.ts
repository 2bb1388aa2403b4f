/** What the store asks of its worker. */

import type { OrganisationId, PointId } from '../../domain/ids.ts'
import type { Position } from '../../domain/position.ts'
import type { Series, SeriesRequest, StoredReading } from '../reading-store.ts'
import type { ReadingColumns } from './columns.ts'

export interface StoreFile {
  readonly file: string
  readonly threads: number
  readonly memoryLimitMiB: number
}

export interface WriteRequest {
  readonly columns: ReadingColumns
  readonly cursor: Position
}

interface PointRequest {
  readonly organisation: OrganisationId
  readonly point: PointId
}

export interface Totals {
  readonly count: number
  readonly sum: number
}

export type StoreCalls = {
  readonly open: { readonly request: StoreFile; readonly reply: null }
  readonly cursor: { readonly request: null; readonly reply: Position | undefined }
  readonly write: { readonly request: WriteRequest; readonly reply: null }
  readonly series: { readonly request: SeriesRequest; readonly reply: Series }
  readonly latest: {
    readonly request: OrganisationId
    readonly reply: readonly StoredReading[]
  }
  readonly totals: { readonly request: PointRequest; readonly reply: Totals }
  readonly close: { readonly request: null; readonly reply: null }
}
