import { globSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { expect, it } from 'vitest'
import { acrossOrganisations, home, houseWide, mayImport } from './architecture.ts'
import { importsOf } from './support/imports.ts'

const files = globSync('src/**/*.{ts,tsx}').toSorted()

it.each(files)('%s stays within its layer', (file) => {
  expect(violations(file)).toEqual([])
})

it.each(files)(
  '%s looks across organisations only if it is one of the few that must',
  (file) => {
    const crosses = /\.installation\b/.test(readFileSync(file, 'utf8'))
    const allowed = acrossOrganisations.some((path) => file.startsWith(path))
    expect(crosses && !allowed).toBe(false)
  },
)

it('lists no folder that is gone', () => {
  const layers = new Set(files.map((file) => layerOf(file)))
  const listed = Object.keys(mayImport)
  expect(listed.filter((layer) => !layers.has(layer))).toEqual([])
})

it('copies no absolute path and no place outside the product into the tree', () => {
  const texts = globSync(
    '{src,test,simulators,bench,crash,config,docs,bin}/**/*.{ts,tsx,md,yaml,json}',
  )
  const outside = new RegExp(['\\.\\./shared', '/(?:home|root)/[a-z]'].join('|'))
  const guilty = texts.filter(
    (file) =>
      file !== 'test/architecture.test.ts' && outside.test(readFileSync(file, 'utf8')),
  )
  expect(guilty).toEqual([])
})

function violations(file: string): string[] {
  const layer = layerOf(file)
  if (layer === undefined) return ['its folder is missing from the architecture table']
  return importsOf(file).filter((target) => !allowed(layer, file, target))
}

function allowed(layer: string, file: string, target: string): boolean {
  if (target.startsWith('node:')) return true
  if (!target.startsWith('.')) {
    const name = packageName(target)
    return houseWide.has(name) || (home[name] ?? []).some((place) => within(layer, place))
  }
  const path = relative('.', join(dirname(file), target))
  // Simulators stand beside src and are run by the commands of the demo.
  if (path.startsWith('simulators/')) return layer === 'cli'
  const other = layerOf(path)
  if (other === undefined) return false
  const seen = mayImport[layer] ?? []
  if (other === layer || other === 'domain' || seen.includes('*')) return true
  return seen.includes(other)
}

function within(layer: string, place: string): boolean {
  return layer === place || layer.startsWith(`${place}/`)
}

function packageName(target: string): string {
  const [first = '', second = ''] = target.split('/')
  return first.startsWith('@') ? `${first}/${second}` : first
}

/** The most specific folder of the table that holds the file; a file of src itself is the root. */
function layerOf(path: string): string | undefined {
  if (/^src\/[^/]+$/.test(path)) return '.'
  return Object.keys(mayImport)
    .filter((layer) => path.startsWith(`src/${layer}/`))
    .toSorted((a, b) => b.length - a.length)
    .at(0)
}
