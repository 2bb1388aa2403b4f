import { toIso, type TimeUs } from '../../domain/time.ts'
import type { DetectorEvent, DetectorTransition } from '../../domain/transition.ts'
import type { Explained } from '../explained.ts'
import type { Rule } from '../rule.ts'
import { durationText } from '../why/duration-text.ts'
import { whySentence } from '../why/sentence.ts'
import { timeOf, type Expectation, type Moment } from './rule-test.ts'

/** One thing that is expected otherwise than it came. */
export interface Difference {
  /** `state`, `raised`, `why`, … */
  readonly of: string
  readonly expected: string
  readonly seen: string
}

/** An expectation with what was seen in its place. */
export interface ExpectationOutcome {
  readonly at: TimeUs
  readonly asset: string
  /** Empty when everything is as expected. */
  readonly differences: readonly Difference[]
}

/** What can be asked at one moment of a story. */
export interface Scene {
  readonly rule: Rule
  readonly asset: string
  readonly start: TimeUs
  readonly at: TimeUs
  /** Everything so far, of all assets. */
  readonly said: readonly DetectorTransition[]
  explain(asset: string): Explained | undefined
}

export function judgeExpectation(expected: Expectation, scene: Scene): ExpectationOutcome {
  const { asset, at } = scene
  const said = scene.said.filter(({ key }) => key.asset === asset)
  const differences: Difference[] = []
  const compare = (
    of: string,
    wanted: string | number | undefined,
    seen: () => string | number,
  ): void => {
    if (wanted === undefined) return
    const found = seen()
    if (wanted !== found)
      differences.push({ of, expected: String(wanted), seen: String(found) })
  }
  const explained = scene.explain(asset)
  compare('state', expected.state, () => explained?.phase ?? 'no such rule on this asset')
  compare('level', expected.level, () => levelOf(said))
  compare('evidence', expected.evidence, () => evidenceOf(said))
  for (const event of ['raised', 'cleared', 'withdrawn'] as const) {
    const wanted = expected[event]
    if (typeof wanted === 'object') {
      compare(event, momentsText(wanted, scene), () => timesText(event, said, scene))
    } else compare(event, wanted, () => count(event, said))
  }
  compare('corrected', expected.corrected, () => count('corrected', said))
  compare('annunciations', expected.annunciations, () => annunciations(said))
  if (expected.why !== undefined) {
    const seen =
      explained === undefined
        ? 'no such rule on this asset'
        : whySentence(scene.rule, explained)
    if (!plain(seen).includes(plain(expected.why)))
      differences.push({ of: 'why', expected: expected.why, seen })
  }
  return { at, asset, differences }
}

/** Spaces and the way somebody types a relation do not matter. */
function plain(text: string): string {
  return text
    .replaceAll('>=', '≥')
    .replaceAll('<=', '≤')
    .replaceAll('−', '-')
    .replaceAll(/\s+/g, '')
}

function count(event: DetectorEvent, said: readonly DetectorTransition[]): number {
  return said.filter((one) => one.event === event).length
}

/** As `12m, 20m`: after the start, in event time. */
function timesText(
  event: DetectorEvent,
  said: readonly DetectorTransition[],
  { start }: Scene,
): string {
  const times = said.filter((one) => one.event === event).map(({ at }) => at)
  return times.map((at) => sinceText(at, start)).join(', ') || 'never'
}

function momentsText(moments: readonly Moment[], { start }: Scene): string {
  return moments.map((one) => sinceText(timeOf(one, start), start)).join(', ') || 'never'
}

function sinceText(at: TimeUs, start: TimeUs): string {
  return at >= start ? durationText(at - start) : toIso(at)
}

/** 0 while nothing stands. */
function levelOf(said: readonly DetectorTransition[]): number {
  let level = 0
  for (const one of said) {
    if (one.event === 'cleared' || one.event === 'withdrawn') level = 0
    else if (one.event === 'raised' || one.event === 'level') level = one.level
  }
  return level
}

function evidenceOf(said: readonly DetectorTransition[]): 'good' | 'lost' {
  const last = said.findLast(({ event }) => event !== 'corrected' && event !== 'level')
  return last?.event === 'evidence_lost' ? 'lost' : 'good'
}

/**
 * How often people would be told: each raise that speaks of now, the end of a raise in old data that
 * is still true, and each step to a worse level. Suppression is the life-cycle's and not looked at.
 */
function annunciations(said: readonly DetectorTransition[]): number {
  let told = 0
  let level = 0
  for (const { event, historical, level: now } of said) {
    if (event === 'cleared' || event === 'withdrawn') level = 0
    if (!levelled.has(event)) continue
    const isNews =
      event === 'announced' || (!historical && (event === 'raised' || now > level))
    if (isNews) told += 1
    level = now
  }
  return told
}

/** After these the alarm stands at the level that they say. */
const levelled: ReadonlySet<DetectorEvent> = new Set(['raised', 'announced', 'level'])
