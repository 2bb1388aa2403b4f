import type { KindName } from './kinds.ts'

/** What is wrong between objects, each of which is sound by itself. */
export interface Finding {
  readonly severity: 'mistake' | 'warning'
  readonly kind: KindName
  readonly slug: string
  readonly path: readonly PropertyKey[]
  readonly part: 'key' | 'value'
  readonly what: string
  readonly why?: string
  readonly next?: string
}
