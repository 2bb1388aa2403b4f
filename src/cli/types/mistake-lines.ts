import { join } from 'node:path'
import type { TypeCheckView } from '../../api/type-view.ts'

/** One mistake in up to three lines: where and what, why, what next. */
export function mistakeLines(
  folder: string,
  mistakes: TypeCheckView['mistakes'],
): readonly string[] {
  return mistakes.flatMap(({ file, line, column, what, why, next }) => [
    `${join(folder, file)}:${line}:${column}: ${what}`,
    ...(why === undefined ? [] : [`    why:  ${why}`]),
    ...(next === undefined ? [] : [`    next: ${next}`]),
  ])
}

/** `1 mistake`, `3 points`. */
export function counted(count: number, one: string): string {
  return `${count} ${one}${count === 1 ? '' : 's'}`
}
