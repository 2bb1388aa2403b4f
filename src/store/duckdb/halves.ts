/** The safe integer that stands in two halves of a column: low, high, low, high … */
export function wholeAt(pairs: Int32Array, row: number): number {
  return ((pairs[2 * row] ?? 0) >>> 0) + (pairs[2 * row + 1] ?? 0) * 4_294_967_296
}
