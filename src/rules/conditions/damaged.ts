/** What a leaf throws when it is given back something that it did not save. */
export function damagedLeaf(kind: string): Error {
  return new Error(`what was saved of a ${kind} condition is not what it saves`)
}
