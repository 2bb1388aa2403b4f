import { flag } from '../domain/reading.ts'
import type { ReadingColumns } from './columns.ts'
import type { AnyBlock } from './targets.ts'

/** Who ends whose silence: by device, and by point for readings that come without their device. */
export function listeners(blocks: readonly AnyBlock[]) {
  const byDevice = new Map<string, number[]>()
  const byPoint = new Map<number, number[]>()
  for (const block of blocks) {
    if (block.kind !== 'processing') continue
    block.targets.forEach(({ devices, points }, index) => {
      for (const device of new Set(devices)) append(byDevice, device, block.first + index)
      for (const point of new Set(points.values()))
        append(byPoint, point, block.first + index)
    })
  }
  return { byDevice, byPoint }
}

/** The targets, in order, whose devices the rows `from` to `to` were heard of; replayed ones say nothing. */
export function heardIn(
  byPoint: ReadonlyMap<number, readonly number[]>,
  { point, flags }: Pick<ReadingColumns, 'point' | 'flags'>,
  { from, to }: { readonly from: number; readonly to: number },
): readonly number[] {
  const heard = new Set<number>()
  for (let row = from; row < to; row += 1) {
    if (((flags[row] ?? 0) & flag.replay) !== 0) continue
    for (const target of byPoint.get(point[row] ?? 0) ?? []) heard.add(target)
  }
  return [...heard].toSorted((a, b) => a - b)
}

function append<K>(lists: Map<K, number[]>, key: K, target: number): void {
  const list = lists.get(key)
  if (list === undefined) lists.set(key, [target])
  else list.push(target)
}
