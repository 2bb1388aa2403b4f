import type { ActiveRules, RuleTarget } from './detector.ts'
import type { Journal } from './journal.ts'
import { carrySilence, retireSilence } from './silence-watch.ts'
import { carryValue, retireValue } from './value-watch.ts'
import { freshWatch, type Watch } from './watch.ts'

/** One watch for each target, in the one order everything happens in: by rule, then by asset. */
export function watchesOf(rules: ActiveRules, now: number): readonly Watch[] {
  const watches = rules.targets
    .toSorted(compareTargets)
    .map((target, index) => freshWatch(target, index, now))
  watches.forEach(({ target }, index) => {
    const next = watches[index + 1]
    if (next !== undefined && compareTargets(target, next.target) === 0) {
      throw new Error(`rule ${target.ruleId} has asset ${target.asset} twice`)
    }
  })
  return watches
}

/** Takes over what the watches before knew, in order; then says goodbye to those that are gone. */
export function carryOver(
  watches: readonly Watch[],
  before: readonly Watch[],
  context: { readonly blindTo: number; readonly journal: Journal },
): void {
  const left = new Map(before.map((watch) => [keyOf(watch), watch]))
  for (const watch of watches) {
    const key = keyOf(watch)
    const old = left.get(key)
    if (old === undefined) continue
    left.delete(key)
    carry(watch, old, context)
  }
  for (const watch of left.values()) retire(watch, context.journal)
}

function carry(
  watch: Watch,
  before: Watch,
  context: { readonly blindTo: number; readonly journal: Journal },
): void {
  if (watch.clock === 'event' && before.clock === 'event') {
    carryValue(watch, before, context.journal)
  } else if (watch.clock === 'processing' && before.clock === 'processing') {
    carrySilence(watch, before, context)
  } else {
    // Silence says nothing about a value nor a value about silence: the new kind starts anew.
    retire(before, context.journal)
  }
}

function retire(watch: Watch, journal: Journal): void {
  switch (watch.clock) {
    case 'event':
      return retireValue(watch, journal)
    case 'processing':
      return retireSilence(watch, journal)
  }
}

function keyOf({ target }: Watch): string {
  return JSON.stringify([target.ruleId, target.asset])
}

/** By code unit, so that the order is the same on every machine. */
function compareTargets(a: RuleTarget, b: RuleTarget): number {
  return compareText(a.ruleId, b.ruleId) || compareText(a.asset, b.asset)
}

function compareText(a: string, b: string): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}
