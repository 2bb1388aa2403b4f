import type { WindowScope } from '../../alarms/windows.ts'
import type { Edge, ScopeKind } from '../messages/messages-control.ts'
import { instantOf } from '../format/civil-time.ts'
import { degreesIn } from '../format/degrees.ts'

/** What is in the form while work is planned. */
export interface WorkInput {
  readonly kind: ScopeKind
  readonly assets: readonly { readonly id: string; readonly name: string }[]
  /** As written, with commas between. */
  readonly types: string
  /** As written, in degrees. */
  readonly area: Readonly<Record<Edge, string>>
  /** Times on the wall: `2026-11-21T14:30`. */
  readonly from: string
  readonly to: string
  readonly reason: string
}

export const scopeKinds: readonly ScopeKind[] = ['assets', 'types', 'area', 'all']
export const edges: readonly Edge[] = ['south', 'west', 'north', 'east']

export const emptyWork: WorkInput = {
  kind: 'assets',
  assets: [],
  types: '',
  area: { south: '', west: '', north: '', east: '' },
  from: '',
  to: '',
  reason: '',
}

/** What the work touches; undefined when that is not said yet. */
export function scopeOf({ kind, assets, types, area }: WorkInput): WindowScope | undefined {
  switch (kind) {
    case 'all':
      return { all: true }
    case 'assets':
      return assets.length === 0 ? undefined : { assets: assets.map(({ id }) => id) }
    case 'types': {
      const names = typesIn(types)
      return names.length === 0 ? undefined : { types: names }
    }
    case 'area': {
      const south = degreesIn(area.south, 90)
      const west = degreesIn(area.west, 180)
      const north = degreesIn(area.north, 90)
      const east = degreesIn(area.east, 180)
      if ([south, west, north, east].includes(undefined)) return undefined
      return {
        area: { south: south ?? 0, west: west ?? 0, north: north ?? 0, east: east ?? 0 },
      }
    }
  }
}

export function typesIn(text: string): string[] {
  const names = text.split(',').map((name) => name.trim())
  return [...new Set(names.filter((name) => name !== ''))]
}

/** The service refuses longer work too. */
const LONGEST_MS = 30 * 86_400_000

export type WrongField = 'scope' | 'time' | 'order' | 'reason'

export interface ReadWork {
  readonly scope: WindowScope
  readonly from: string
  readonly to: string
  readonly reason: string
}

/** The work as the service takes it, or what must be mended first. */
export function readWork(
  input: WorkInput,
  { timeZone, now }: { readonly timeZone: string; readonly now: Date },
): ReadWork | { readonly wrong: readonly WrongField[] } {
  const scope = scopeOf(input)
  const from = instantOf(input.from, timeZone)
  const to = instantOf(input.to, timeZone)
  const reason = input.reason.trim()
  const wrong: WrongField[] = []
  if (scope === undefined) wrong.push('scope')
  if (from === undefined || to === undefined) wrong.push('time')
  else if (!isOrdered(from, to, now)) wrong.push('order')
  if (reason === '') wrong.push('reason')
  if (scope === undefined || from === undefined || to === undefined) return { wrong }
  if (wrong.length > 0) return { wrong }
  return { scope, from: from.toISOString(), to: to.toISOString(), reason }
}

function isOrdered(from: Date, to: Date, now: Date): boolean {
  const length = to.getTime() - from.getTime()
  return length > 0 && length <= LONGEST_MS && to > now
}
