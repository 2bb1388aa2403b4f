import type { Place } from '../../domain/asset.ts'
import { durationUs } from '../../domain/time.ts'
import type { LeafOf } from '../leaf-condition.ts'
import type { Stretches } from '../../calendar/stretches.ts'
import { sunElevation, type SunStand, sunStretches } from '../time/sun.ts'
import { FALSE, TRUE, type Truth, UNKNOWN } from '../truth.ts'
import { byClockAlone } from './by-clock-alone.ts'
import type { Leaf, LeafSetting } from './leaf.ts'

/** Assets within a hundredth of a degree share a sun: it stands less than 0.01 degrees differently. */
const CELLS_PER_DEGREE = 100

const truthOf: Readonly<Record<SunStand, Truth>> = {
  below: TRUE,
  between: UNKNOWN,
  above: FALSE,
}

interface Cell {
  readonly place: Place
  readonly sun: Stretches<SunStand>
}

/** TRUE when the sun is below an elevation; UNKNOWN near the crossing and without a place. */
export const dark: Leaf<LeafOf<'dark'>> = {
  roles: () => [],
  lookBack: () => durationUs(0),
  isTimed: true,
  make: ({ elevation, tolerance }, setting) => {
    const cells = cellsOf(setting, (of) =>
      sunStretches(of, elevation - tolerance, elevation + tolerance),
    )
    return {
      ...byClockAlone,
      judge: (row, at) => {
        const cell = cells(row)
        return cell === undefined ? UNKNOWN : truthOf[cell.sun.at(at)]
      },
      due: (row, at) => cells(row)?.sun.changes(at) ?? Infinity,
      figures: (row, at) => {
        const cell = cells(row)
        if (cell === undefined) return { limit: elevation }
        const computed = Math.round(sunElevation(cell.place, at) * 100) / 100
        return { limit: elevation, computed }
      },
    }
  },
}

/** One sun for all rows that stand close together: a town has some hundred. */
function cellsOf(
  setting: Pick<LeafSetting, 'rows' | 'place'>,
  sunOf: (place: Place) => Stretches<SunStand>,
): (row: number) => Cell | undefined {
  const byName = new Map<string, number>()
  const cells: Cell[] = []
  const ofRow = new Int32Array(setting.rows).fill(-1)
  for (let row = 0; row < setting.rows; row++) {
    const at = setting.place(row)
    if (at === undefined) continue
    const middle = { lat: rounded(at.lat), lon: rounded(at.lon) }
    const name = `${middle.lat} ${middle.lon}`
    const known = byName.get(name)
    ofRow[row] = known ?? cells.length
    if (known !== undefined) continue
    byName.set(name, cells.length)
    cells.push({ place: middle, sun: sunOf(middle) })
  }
  return (row) => cells[ofRow[row] ?? -1]
}

function rounded(degrees: number): number {
  return Math.round(degrees * CELLS_PER_DEGREE) / CELLS_PER_DEGREE
}
