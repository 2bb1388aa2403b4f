/** What the store asks of its worker. */

import type { OrganisationId, PointId } from '../../domain/ids.ts'
import type { Position } from '../../domain/position.ts'
import type {
  ColumnScanRequest,
  Keep,
  ScanRequest,
  Series,
  SeriesRequest,
  StoredColumns,
  Windows,
  WindowsRequest,
} from '../reading-store.ts'
import type { ReadingColumns } from './columns.ts'
import type { GoneReading } from './rewrite.ts'
import type { StoredRows } from './stored-rows.ts'
import type { ColumnPiece, ColumnStep } from './scan-columns.ts'
import type { ScanPiece, ScanStep } from './scan.ts'

export interface StoreFile {
  readonly file: string
  readonly threads: number
  readonly memoryLimitMiB: number
}

export interface WriteRequest {
  readonly columns: ReadingColumns
  readonly cursor: Position
  readonly follows?: Position
}

export interface RewriteRequest {
  readonly columns: ReadingColumns
  readonly gone: readonly GoneReading[]
  readonly epoch: string
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
  readonly rewrite: { readonly request: RewriteRequest; readonly reply: null }
  readonly adopt: { readonly request: null; readonly reply: null }
  readonly series: { readonly request: SeriesRequest; readonly reply: Series }
  readonly windows: { readonly request: WindowsRequest; readonly reply: Windows }
  readonly planScan: {
    readonly request: ScanRequest
    readonly reply: readonly ScanPiece[]
  }
  readonly scanStep: { readonly request: ScanStep; readonly reply: StoredRows }
  readonly planColumns: {
    readonly request: ColumnScanRequest
    readonly reply: readonly ColumnPiece[]
  }
  readonly readColumns: {
    readonly request: ColumnStep
    readonly reply: StoredColumns | undefined
  }
  readonly keepsArrivals: {
    readonly request: Pick<ColumnScanRequest, 'organisation' | 'from' | 'to'>
    readonly reply: boolean
  }
  readonly latest: { readonly request: OrganisationId; readonly reply: StoredRows }
  readonly totals: { readonly request: PointRequest; readonly reply: Totals }
  readonly retain: { readonly request: Keep; readonly reply: { readonly deleted: number } }
  readonly close: { readonly request: null; readonly reply: null }
}
