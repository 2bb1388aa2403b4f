import { readFileSync } from 'node:fs'

/** What a file imports, as it writes it: packages, and files relative to its folder. Types count. */
export function importsOf(file: string): string[] {
  const statements =
    /^(?:import|export)\s(?:[^'"]*?\sfrom\s)?'([^']+)'|\bimport\(\s*'([^']+)'\s*\)/gm
  const text = readFileSync(file, 'utf8')
  return [...text.matchAll(statements)].flatMap(([, one, other]) => one ?? other ?? [])
}
