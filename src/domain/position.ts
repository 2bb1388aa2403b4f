import type { OrganisationId } from './ids.ts'

/** Partitions of the log, fixed for ever: an organisation keeps its partition through every change of scale. */
export const PARTITIONS = 64

/** Where a record stands in the reading log. Sequences grow over the whole log, so they order every partition. */
export interface Position {
  /** Random, made with the log: tells a position of another log from one of ours. */
  readonly epoch: string
  /** 0 to 63, from `partitionOf`. */
  readonly partition: number
  /** The commit the record belongs to, 1 and up. */
  readonly sequence: number
  /** The record inside its commit, 0 and up. */
  readonly index: number
}

/** Orders positions of one log. Comparing two logs is a programmer's error. */
export function comparePositions(a: Position, b: Position): number {
  if (a.epoch !== b.epoch) throw new Error('positions of two different logs')
  return a.sequence - b.sequence || a.index - b.index
}

/** The text form, used where a position is part of an id: `epoch/partition/sequence/index`. */
export function positionText(at: Position): string {
  return `${at.epoch}/${at.partition}/${at.sequence}/${at.index}`
}

/** FNV-1a (32 bit) of the organisation's id, modulo 64: the same on every machine, for ever. */
export function partitionOf(organisation: OrganisationId): number {
  let hash = 0x811c9dc5
  for (const char of organisation) {
    hash ^= char.codePointAt(0) ?? 0
    hash = Math.imul(hash, 0x01000193)
  }
  return (hash >>> 0) % PARTITIONS
}
