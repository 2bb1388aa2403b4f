import type { Condition } from '../rule.ts'
import type { Judge } from './judge.ts'
import { judgeNoData } from './no-data.ts'
import { judgeThreshold } from './threshold.ts'

/** Makes a condition ready to be judged. A new kind is a file beside this one and a line here. */
export function judgeOf(condition: Condition): Judge {
  switch (condition.kind) {
    case 'threshold':
      return judgeThreshold(condition)
    case 'noData':
      return judgeNoData(condition)
  }
}
