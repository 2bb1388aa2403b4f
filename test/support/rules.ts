import type { z } from 'zod'
import type { OrganisationId, PointId } from '../../src/domain/ids.ts'
import type { Quality, Value } from '../../src/domain/reading.ts'
import { durationUs, SECOND, type TimeUs, timeUs } from '../../src/domain/time.ts'
import type { DetectorTransition } from '../../src/domain/transition.ts'
import type { Detector, DetectorInput, RuleTarget } from '../../src/rules/detector.ts'
import { createDetector } from '../../src/rules/engine.ts'
import { rule } from '../../src/rules/rule.ts'
import { series } from './series.ts'

/** Times in these tests are whole seconds after this. */
const START = 1_790_000_000_000_000

export const organisation = 'osby' as OrganisationId

export function at(seconds: number): TimeUs {
  return timeUs(START + seconds * SECOND)
}

/** The other way: seconds of a test's time. */
export function secondsOf(at: TimeUs): number {
  return (at - START) / SECOND
}

/** Something that reaches the detector, in the seconds and words of a test. */
export type Stimulus =
  | {
      readonly kind: 'reading'
      readonly value: Value
      readonly quality?: Quality
      /** When it was measured. */
      readonly at: number
      /** When it was heard; left out: at once. */
      readonly heard?: number
      readonly point?: number
      readonly device?: string
      readonly flags?: number
    }
  | { readonly kind: 'timer'; readonly at: number }
  | { readonly kind: 'blind'; readonly from: number; readonly to: number }
  | {
      readonly kind: 'activation'
      readonly version: number
      readonly targets: readonly RuleTarget[]
      readonly at: number
    }

type RuleText = Omit<Partial<z.input<typeof rule>>, 'condition'>

const common = {
  name: { sv: 'provregel', nb: 'prøveregel', en: 'test rule' },
  priority: 2,
  assets: { type: 'lamp' },
  faultClass: 'test',
} as const

/** A rule `high` on lamp-1, whose role `level` is point 1 of device `node-1`, heard once a minute. */
export function target(text: RuleText = {}, limits: object = { above: 50 }): RuleTarget {
  return {
    ruleId: 'high',
    ruleVersion: 1,
    rule: rule.parse({
      ...common,
      ...text,
      condition: { kind: 'threshold', role: 'level', ...limits },
    }),
    asset: 'lamp-1',
    points: new Map([['level', 1 as PointId]]),
    devices: ['node-1'],
    interval: durationUs(60 * SECOND),
    attributes: {},
  }
}

/** A rule `high` on lamp-1 of any condition, bound as `target` is. */
export function ruled(text: RuleText & { readonly condition: object }): RuleTarget {
  return { ...target(), rule: rule.parse({ ...common, ...text }) }
}

/** A rule `silent` on lamp-1. */
export function silence(
  text: RuleText = {},
  limits: object = { timeout: '10m' },
): RuleTarget {
  return {
    ...target(),
    ruleId: 'silent',
    rule: rule.parse({ ...common, ...text, condition: { kind: 'noData', ...limits } }),
  }
}

export function inputOf(stimulus: Stimulus, sequence: number): DetectorInput {
  const position = { epoch: 'test', partition: 7, sequence, index: 0 }
  switch (stimulus.kind) {
    case 'reading': {
      const ingest = at(stimulus.heard ?? stimulus.at)
      const reading = {
        point: (stimulus.point ?? 1) as PointId,
        value: stimulus.value,
        quality: stimulus.quality ?? 'good',
        code: 'ok',
        effective: at(stimulus.at),
        ingest,
        flags: stimulus.flags ?? 0,
        typeVersion: 1,
      } as const
      const device = stimulus.device ?? `node-${stimulus.point ?? 1}`
      return {
        kind: 'readings',
        decoded: { position, device, ingest, readings: [reading] },
      }
    }
    case 'timer': {
      const ingest = at(stimulus.at)
      return {
        kind: 'control',
        position,
        record: { kind: 'control', control: 'timer', organisation, ingest },
      }
    }
    case 'blind': {
      const [from, to] = [at(stimulus.from), at(stimulus.to)]
      return {
        kind: 'control',
        position,
        record: {
          kind: 'control',
          control: 'blind',
          organisation,
          ingest: to,
          from,
          to,
          why: 'suspend',
        },
      }
    }
    case 'activation': {
      const { version, targets } = stimulus
      const rules = { organisation, version, zone: 'Europe/Stockholm', targets }
      return { kind: 'activation', position, ingest: at(stimulus.at), rules }
    }
  }
}

/** A detector that speaks the language of the tests. */
export interface Lab {
  readonly detector: Detector
  /** What the detector says, each as `raised 60` or `cleared 90 historical`. */
  say(...stimuli: readonly Stimulus[]): readonly string[]
  /** The same in full. */
  step(...stimuli: readonly Stimulus[]): readonly DetectorTransition[]
  /** Plays a series on point 1, a beat a minute from second `from`. */
  play(text: string, from?: number): readonly string[]
  /** When it wants to be woken, in seconds. */
  due(): number | undefined
}

/** A detector with these targets active since second 0. */
export function lab(...targets: readonly RuleTarget[]): Lab {
  const made = labOf(createDetector(organisation))
  made.step({ kind: 'activation', version: 1, targets, at: 0 })
  return made
}

export function labOf(detector: Detector): Lab {
  let sequence = 0
  const step = (...stimuli: readonly Stimulus[]) =>
    stimuli.flatMap((stimulus) => {
      sequence += 1
      return detector.step(inputOf(stimulus, sequence))
    })
  const say = (...stimuli: readonly Stimulus[]) => step(...stimuli).map(shortOf)
  return {
    detector,
    step,
    say,
    play: (text, from = 0) => say(...readingsOf(text, from)),
    due: () => {
      const due = detector.nextDue()
      return due === undefined ? undefined : (due - START) / SECOND
    },
  }
}

/** A series as readings in the order they are heard, a beat a minute. */
export function readingsOf(
  text: string,
  from = 0,
): readonly (Stimulus & { kind: 'reading' })[] {
  return series(text)
    .flatMap((beat, index) => {
      if (beat === undefined) return []
      const at = from + index * 60
      const { value, quality, late } = beat
      return [{ kind: 'reading', value, quality, at, heard: at + late } as const]
    })
    .toSorted((a, b) => a.heard - b.heard)
}

export function shortOf({ event, at, historical, late }: DetectorTransition): string {
  const seconds = (at - START) / SECOND
  return `${event} ${seconds}${historical ? ' historical' : ''}${late ? ' late' : ''}`
}
