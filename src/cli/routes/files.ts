import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { objectsOf } from '../../configuration/file-objects.ts'
import { inReadingOrder, mistakeText, type Mistake } from '../../configuration/mistake.ts'
import { parseYamlFile } from '../../configuration/yaml-files.ts'
import { Problem } from '../../domain/problem.ts'

/**
 * The routes of a file, by slug, as they are written. Throws Problem invalid that names every mistake
 * with its place, and not_found for a file without routes.
 */
export async function readRoutes(path: string): Promise<Record<string, unknown>> {
  const parsed = parseYamlFile(basename(path), await readFile(path, 'utf8'))
  if (!parsed.ok) throw refused(path, parsed.mistakes)
  const mistakes: Mistake[] = []
  const objects = objectsOf(parsed.file, { organisation: 'draft', mistakes })
  if (mistakes.length > 0) throw refused(path, mistakes)
  const routes = objects.filter(({ kind }) => kind === 'route')
  if (routes.length === 0) {
    throw new Problem({
      kind: 'not_found',
      what: `${path} holds no routes`,
      where: path,
      why: 'they stand under routes:, each by its slug',
      next: 'name the file that holds them',
    })
  }
  return Object.fromEntries(routes.map(({ slug, document }) => [slug, document]))
}

function refused(path: string, mistakes: readonly Mistake[]): Problem {
  const [first, ...others] = inReadingOrder(mistakes).map(mistakeText)
  return new Problem({
    kind: 'invalid',
    what: first ?? 'the file cannot be read',
    where: path,
    ...(others.length > 0 && { why: others.join('\n         ') }),
    next: 'mend it; nothing was asked',
  })
}
