/**
 * How fresh the screen is: how long ago the service last gave a sign of life. Pure: time comes in
 * with what happened, as milliseconds of the wall clock, which also runs while a laptop sleeps.
 *
 *   connecting ──sign──► live ──15 s──► delayed ──more than 30 s──► stale
 *       │                 ▲                │                          │
 *       └──15 s──► delayed└──────sign──────┴───────────sign───────────┘
 */
export interface Freshness {
  readonly state: 'connecting' | 'live' | 'delayed' | 'stale'
  /** The last sign of life; when the page was opened before the first one. */
  readonly signAtMs: number
}

export type Happened =
  /** The service was heard: an event or a heartbeat. */
  | { readonly kind: 'sign'; readonly atMs: number }
  /** Time passed. */
  | { readonly kind: 'tick'; readonly atMs: number }

/** From here on without a sign of life the screen is delayed. */
export const DELAYED_AFTER_MS = 15_000
/** Beyond this it is stale. */
export const STALE_AFTER_MS = 30_000

export function opened(atMs: number): Freshness {
  return { state: 'connecting', signAtMs: atMs }
}

/** The same object when nothing changed. */
export function advance(freshness: Freshness, happened: Happened): Freshness {
  switch (happened.kind) {
    case 'sign':
      return { state: 'live', signAtMs: happened.atMs }
    case 'tick':
      return tick(freshness, happened.atMs)
  }
}

const fromFresh: readonly Freshness['state'][] = ['live', 'connecting', 'delayed', 'stale']

/** Of several streams: as fresh as the least fresh of them, since the oldest sign. At least one. Pure. */
export function leastFresh(all: readonly Freshness[]): Freshness {
  const ranks = all.map(({ state }) => fromFresh.indexOf(state))
  return {
    state: fromFresh[Math.max(...ranks)] ?? 'stale',
    signAtMs: Math.min(...all.map(({ signAtMs }) => signAtMs)),
  }
}

function tick(freshness: Freshness, atMs: number): Freshness {
  const ageMs = atMs - freshness.signAtMs
  // Somebody set the clock back: the age is unknown, so it is counted anew from here.
  if (ageMs < 0) return { ...freshness, signAtMs: atMs }
  const state = stateAt(freshness.state, ageMs)
  return state === freshness.state ? freshness : { ...freshness, state }
}

/** Only a sign of life makes anything fresher. */
function stateAt(state: Freshness['state'], ageMs: number): Freshness['state'] {
  if (state === 'stale' || ageMs > STALE_AFTER_MS) return 'stale'
  return state === 'delayed' || ageMs >= DELAYED_AFTER_MS ? 'delayed' : state
}
