import type { Generated } from 'kysely'
import type { OrganisationId, PointId } from '../../domain/ids.ts'
import type { TimeUs } from '../../domain/time.ts'

/** What is configured, in every version it had, and the assets, points and bindings that follow from it. */
export interface ConfigurationTables {
  configuration_version: {
    organisation: OrganisationId
    version: number
    created_at: TimeUs
    author: string
    comment: string
    /** Where its activation record stands in the log; null until that is known. */
    activated_sequence: number | null
    activated_index: number | null
  }
  /** Every object of the configuration in every version it had; `until_version` null is the current one. */
  configuration_object: {
    organisation: OrganisationId
    kind: string
    /** Never changes; the first slug unless that id was taken. */
    id: string
    slug: string
    document: string
    origin: 'yaml' | 'database'
    /** The document as the last apply left it, to tell a conflict; null if never applied. */
    applied_document: string | null
    retired: Generated<number>
    since_version: number
    until_version: number | null
    valid_from: TimeUs
    valid_to: TimeUs | null
    author: string
  }
  /** Point ids are integers, issued once. */
  point: {
    id: Generated<PointId>
    organisation: OrganisationId
    device: string
    key: string
  }
  binding: {
    organisation: OrganisationId
    asset: string
    role: string
    device: string
    point: PointId
    valid_from: TimeUs
    valid_to: TimeUs | null
  }
  edge: {
    organisation: OrganisationId
    kind: string
    parent: string
    child: string
    valid_from: TimeUs
    valid_to: TimeUs | null
  }
  /** Current assets, for joins, search and maps; the documents stay in configuration_object. */
  asset: {
    organisation: OrganisationId
    id: string
    slug: string
    name: string
    type: string
    lat: number | null
    lon: number | null
    owner: string | null
    maintainer: string | null
    public: number
    retired: Generated<number>
    /** Lower case, made in TypeScript: SQLite lower-cases only ASCII. */
    search: string
    valid_from: TimeUs
  }
}
