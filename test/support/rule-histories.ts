import fc from 'fast-check'
import type { RuleTarget } from '../../src/rules/detector.ts'
import { lab, silence, type Stimulus, target } from './rules.ts'

const delay = fc.constantFrom('0s', '60s', '150s', '400s')

/** A threshold rule of any delays, policy and deadband, with its limit at 50. */
export const limits: fc.Arbitrary<RuleTarget> = fc
  .record({
    onDelay: delay,
    offDelay: delay,
    gapPolicy: fc.constantFrom('reset', 'hold'),
    maxGap: fc.constantFrom(undefined, '100s'),
    side: fc.constantFrom('above', 'below'),
    deadband: fc.nat(8),
  })
  .map(({ side, deadband, maxGap, ...text }) =>
    target(
      { ...text, ...(maxGap === undefined ? {} : { maxGap }) },
      { [side]: 50, deadband },
    ),
  )

/** A no-data rule of any delays. */
export const silences: fc.Arbitrary<RuleTarget> = fc
  .record({ onDelay: delay, offDelay: delay, timeout: fc.constantFrom('60s', '200s') })
  .map(({ timeout, ...text }) => silence(text, { timeout, grace: '100s' }))

/** A reading a while after the one before: mostly good and at once, now and then bad, late or doubled. */
const reading = fc.record({
  wait: fc.oneof({ weight: 6, arbitrary: fc.nat(90) }, fc.nat(600)),
  value: fc.integer({ min: 40, max: 60 }),
  quality: fc.oneof(
    { weight: 8, arbitrary: fc.constant('good' as const) },
    fc.constantFrom('bad' as const, 'uncertain' as const),
  ),
  late: fc.oneof({ weight: 6, arbitrary: fc.constant(0) }, fc.nat(120), fc.nat(900)),
})

const other = fc.record({
  wait: fc.nat(300),
  kind: fc.constantFrom('timer' as const, 'timer' as const, 'blind' as const),
  length: fc.nat(500),
})

/** What one device and the service itself say, in the order it is heard. */
export const histories: fc.Arbitrary<readonly Stimulus[]> = fc
  .array(fc.oneof({ weight: 5, arbitrary: reading }, other), { maxLength: 60 })
  .map((steps) => {
    let now = 0
    return steps.map((step): Stimulus => {
      now += step.wait
      if ('value' in step) {
        const { value, quality, late } = step
        return { kind: 'reading', value, quality, at: now - late, heard: now }
      }
      if (step.kind === 'timer') return { kind: 'timer', at: now }
      const from = now
      now += step.length
      return { kind: 'blind', from, to: now }
    })
  })

export function timeOf(stimulus: Stimulus): number {
  switch (stimulus.kind) {
    case 'reading':
      return stimulus.heard ?? stimulus.at
    case 'timer':
    case 'activation':
      return stimulus.at
    case 'blind':
      return stimulus.to
  }
}

/** The history with a timer at every time the detector asks for one, as the service would write it. */
export function awakened(
  targets: readonly RuleTarget[],
  stimuli: readonly Stimulus[],
): readonly Stimulus[] {
  const tower = lab(...targets)
  let now = 0
  return stimuli.flatMap((stimulus) => {
    const timers: Stimulus[] = []
    for (let due = tower.due(); due !== undefined; due = tower.due()) {
      if (due > timeOf(stimulus)) break
      now = Math.max(now, due)
      const timer = { kind: 'timer', at: now } as const
      timers.push(timer)
      tower.say(timer)
    }
    now = timeOf(stimulus)
    tower.say(stimulus)
    return [...timers, stimulus]
  })
}
