import type { DurationUs } from '../../domain/time.ts'
import type { LeafCondition } from '../leaf-condition.ts'
import { baseline } from './baseline.ts'
import { countInWindow } from './count-in-window.ts'
import { dark } from './dark.ts'
import { deviation } from './deviation.ts'
import { discrepancy } from './discrepancy.ts'
import { during } from './during.ts'
import { flatline } from './flatline.ts'
import { forecast } from './forecast.ts'
import type { Leaf, LeafBlock, LeafSetting } from './leaf.ts'
import { levels } from './levels.ts'
import { outside } from './outside.ts'
import { rateOfChange } from './rate-of-change.ts'
import { runTime } from './run-time.ts'
import { state } from './state.ts'
import { threshold } from './threshold.ts'

/** A kind of condition with one condition of it. */
export interface BoundLeaf {
  readonly roles: readonly string[]
  readonly lookBack: DurationUs
  readonly isTimed: boolean
  make(setting: LeafSetting): LeafBlock
}

/** Finds who judges a condition. A new kind is a file beside this one and a line here. */
// oxlint-disable-next-line complexity -- a line for each kind
export function leafOf(condition: LeafCondition): BoundLeaf {
  switch (condition.kind) {
    case 'threshold':
      return bind(threshold, condition)
    case 'levels':
      return bind(levels, condition)
    case 'outside':
      return bind(outside, condition)
    case 'state':
      return bind(state, condition)
    case 'rateOfChange':
      return bind(rateOfChange, condition)
    case 'flatline':
      return bind(flatline, condition)
    case 'deviation':
      return bind(deviation, condition)
    case 'baseline':
      return bind(baseline, condition)
    case 'discrepancy':
      return bind(discrepancy, condition)
    case 'countInWindow':
      return bind(countInWindow, condition)
    case 'runTime':
      return bind(runTime, condition)
    case 'forecast':
      return bind(forecast, condition)
    case 'dark':
      return bind(dark, condition)
    case 'during':
      return bind(during, condition)
  }
}

function bind<C extends LeafCondition>(leaf: Leaf<C>, condition: C): BoundLeaf {
  return {
    roles: leaf.roles(condition),
    lookBack: leaf.lookBack(condition),
    isTimed: leaf.isTimed,
    make: (setting) => leaf.make(condition, setting),
  }
}
