import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { PointId } from '../../src/domain/ids.ts'
import type { RuleTarget } from '../../src/rules/detector.ts'
import { restoreDetector } from '../../src/rules/engine.ts'
import { maxGapOf } from '../../src/rules/freshness.ts'
import { expectedOf } from '../support/rules-model.ts'
import { storyFlaws } from '../support/alarm-story.ts'
import { awakened, histories, limits, silences, timeOf } from '../support/rule-histories.ts'
import {
  inputOf,
  lab,
  organisation,
  secondsOf,
  shortOf,
  type Stimulus,
  target,
} from '../support/rules.ts'

const anyRule = fc.oneof({ weight: 3, arbitrary: limits }, silences)

/** The bare history, or the one with every timer the detector asked for. */
const lives = fc
  .record({ rule: anyRule, history: histories, awake: fc.boolean() })
  .map(({ rule, history, awake }) => ({
    rule,
    history: awake ? awakened([rule], history) : history,
  }))

describe('the detector', () => {
  it('agrees with the slow model of its specification', () => {
    fc.assert(
      fc.property(lives, ({ rule, history }) => {
        const orderly = inOrder(history)
        expect(lab(rule).say(...orderly)).toEqual(expectedOf(rule, orderly))
      }),
      { numRuns: 3_000 },
    )
  })

  it('gives the same transitions for the same inputs', () => {
    fc.assert(
      fc.property(lives, ({ rule, history }) => {
        expect(lab(rule).step(...history)).toEqual(lab(rule).step(...history))
      }),
    )
  })

  it('is unmoved by hearing every message twice', () => {
    fc.assert(
      fc.property(lives, ({ rule, history }) => {
        const twice = history.flatMap((stimulus) => [stimulus, stimulus])
        expect(lab(rule).say(...twice)).toEqual(lab(rule).say(...history))
      }),
    )
  })

  it('is unmoved by hearing an older message again at any later time', () => {
    fc.assert(
      fc.property(limits, histories, fc.nat(), fc.nat(), (rule, history, which, where) => {
        const copied = withTimesOnce(history)
        const from = which % Math.max(1, copied.length)
        const again = copied[from]
        if (again?.kind !== 'reading') return
        const to = from + 1 + (where % (copied.length - from))
        const heard = timeOf(copied[to - 1] ?? again)
        const doubled = copied.toSpliced(to, 0, { ...again, heard })
        expect(lab(rule).say(...doubled)).toEqual(lab(rule).say(...copied))
      }),
    )
  })

  it('says of an asset the same whatever happens to its neighbour', () => {
    fc.assert(
      fc.property(anyRule, histories, histories, (rule, mine, yours) => {
        const neighbour = neighbourOf(rule)
        const theirs = onPoint(yours, 2)
        const both = [...mine.filter(isReading), ...theirs.filter(isReading)].toSorted(
          (a, b) => timeOf(a) - timeOf(b),
        )
        const together = lab(rule, neighbour).step(...both)
        const of = (asset: string) =>
          together.filter(({ key }) => key.asset === asset).map(shortOf)
        expect(of(rule.asset)).toEqual(lab(rule).say(...mine.filter(isReading)))
        expect(of(neighbour.asset)).toEqual(lab(neighbour).say(...theirs.filter(isReading)))
      }),
    )
  })

  it('goes on after a restart at any point as if there had been none', () => {
    fc.assert(
      fc.property(limits, silences, histories, fc.nat(), (limit, silent, history, cut) => {
        const targets = [limit, silent, neighbourOf(limit)]
        const inputs = awakened(targets, history).map((stimulus, index) =>
          inputOf(stimulus, index + 2),
        )
        const { detector } = lab(...targets)
        const before = cut % (inputs.length + 1)
        for (const input of inputs.slice(0, before)) detector.step(input)
        const saved = JSON.parse(JSON.stringify(detector.snapshot()))
        const restored = restoreDetector(saved, {
          organisation,
          version: 1,
          zone: 'Europe/Stockholm',
          targets,
        })
        expect(restored?.snapshot()).toEqual(saved)
        for (const input of inputs.slice(before)) {
          expect(restored?.nextDue()).toBe(detector.nextDue())
          expect(restored?.step(input)).toEqual(detector.step(input))
        }
      }),
    )
  })

  it('lets every end follow its raise, and every word about an alarm lie between the two', () => {
    fc.assert(
      fc.property(lives, ({ rule, history }) => {
        const story = lab(rule).step(...history)
        expect(storyFlaws(story.filter(({ event }) => event !== 'corrected'))).toEqual([])
      }),
    )
  })

  it('neither raises nor clears on a reading that is UNKNOWN', () => {
    fc.assert(
      fc.property(limits, histories, (rule, history) => {
        const tower = lab(rule)
        const said = inOrder(history).flatMap((stimulus) => {
          const steps = tower.step(stimulus)
          if (stimulus.kind !== 'reading' || stimulus.quality !== 'bad') return []
          // What ran out before it was true evidence's doing.
          return steps.flatMap(({ event, at }) =>
            secondsOf(at) < stimulus.at ? [] : [event],
          )
        })
        expect(said.filter((event) => event !== 'evidence_lost')).toEqual([])
      }),
    )
  })

  it('raises after a delay only when TRUE evidence without a hole spans it', () => {
    fc.assert(
      fc.property(limits, histories, fc.boolean(), (any, history, awake) => {
        const rule = { ...any.rule, gapPolicy: 'reset' as const }
        const target = {
          ...any,
          rule: { ...rule, condition: { ...rule.condition, deadband: 0 } },
        }
        const stimuli = awake ? awakened([target], history) : history
        const tower = lab(target)
        const evidence: (Stimulus & { kind: 'reading' })[] = []
        const spans: number[] = []
        for (const stimulus of inOrder(stimuli)) {
          if (stimulus.kind === 'reading') evidence.push(stimulus)
          for (const { event, at } of tower.step(stimulus)) {
            if (event === 'raised') spans.push(span(target, evidence, secondsOf(at)))
          }
        }
        expect(spans.filter((spanned) => spanned < rule.onDelay / 1e6)).toEqual([])
      }),
      { numRuns: 500 },
    )
  })

  it('never raises more often for a larger deadband', () => {
    fc.assert(
      fc.property(histories, fc.nat(5), fc.nat(5), (history, small, more) => {
        const raises = (deadband: number) =>
          lab(target({}, { above: 50, deadband }))
            .step(...history)
            .filter(({ event }) => event === 'raised').length
        expect(raises(small + more)).toBeLessThanOrEqual(raises(small))
      }),
    )
  })

  it('is unmoved by timers that come too early or more than once', () => {
    fc.assert(
      fc.property(anyRule, histories, (rule, history) => {
        const stimuli = awakened([rule], history)
        const tower = lab(rule)
        const noisy = stimuli.flatMap((stimulus) => {
          const early = Math.min(timeOf(stimulus), (tower.due() ?? Infinity) - 1)
          tower.say(stimulus)
          const again = stimulus.kind === 'timer' ? [stimulus, stimulus] : [stimulus]
          return [{ kind: 'timer', at: early } as const, ...again]
        })
        expect(lab(rule).say(...noisy)).toEqual(lab(rule).say(...stimuli))
      }),
    )
  })

  it('never asks for the same timer twice in vain', () => {
    fc.assert(
      fc.property(anyRule, histories, (rule, history) => {
        const tower = lab(rule)
        for (const stimulus of history) {
          tower.say(stimulus)
          const due = tower.due()
          if (due === undefined || due > timeOf(stimulus)) continue
          tower.say({ kind: 'timer', at: timeOf(stimulus) })
          expect(tower.due() ?? Infinity).toBeGreaterThan(timeOf(stimulus))
        }
      }),
    )
  })
})

/** Without what came out of order: then the slow model, which knows no way back, is right. */
function inOrder(history: readonly Stimulus[]): readonly Stimulus[] {
  let newest = -Infinity
  return history.filter((stimulus) => {
    if (stimulus.kind === 'reading' && stimulus.at <= newest) return false
    if (stimulus.kind === 'reading') newest = stimulus.at
    if (stimulus.kind === 'timer') newest = Math.max(newest, stimulus.at)
    return true
  })
}

function isReading(stimulus: Stimulus): boolean {
  return stimulus.kind === 'reading'
}

function neighbourOf(rule: RuleTarget): RuleTarget {
  return {
    ...rule,
    asset: 'lamp-2',
    points: new Map([['level', 2 as PointId]]),
    devices: ['node-2'],
  }
}

function onPoint(history: readonly Stimulus[], point: number): readonly Stimulus[] {
  return history.map((stimulus) =>
    stimulus.kind === 'reading' ? { ...stimulus, point } : stimulus,
  )
}

/** Of several readings of one time only the first: else it is their order that decides. */
function withTimesOnce(history: readonly Stimulus[]): readonly Stimulus[] {
  const seen = new Set<number>()
  return history.filter((stimulus) => {
    if (stimulus.kind !== 'reading') return true
    const isNew = !seen.has(stimulus.at)
    seen.add(stimulus.at)
    return isNew
  })
}

/** For how long before `now` the evidence was TRUE without a hole, in seconds; -1 when it is not. */
function span(
  target: RuleTarget,
  evidence: readonly (Stimulus & { kind: 'reading' })[],
  now: number,
): number {
  const { condition } = target.rule
  if (condition.kind !== 'threshold') throw new Error('a threshold')
  const { above = -Infinity, below = Infinity } = condition
  if (typeof above !== 'number' || typeof below !== 'number') throw new Error('numbers')
  const maxGap = maxGapOf(target) / 1e6
  let from = now
  let spanned = -1
  for (const { value, quality, at } of evidence.toReversed()) {
    if (at > now) continue
    const isTrue = quality !== 'bad' && Number(value) >= above && Number(value) <= below
    if (!isTrue || from - at > maxGap) break
    from = at
    spanned = now - at
  }
  return spanned
}
