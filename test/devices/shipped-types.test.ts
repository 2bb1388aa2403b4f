import { globSync, readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { Ajv } from 'ajv'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { checkTypeVectors } from '../../src/configuration/check-vectors.ts'
import { objectsOf } from '../../src/configuration/file-objects.ts'
import { mistakeText, type Mistake } from '../../src/configuration/mistake.ts'
import { parseYamlFile } from '../../src/configuration/yaml-files.ts'
import { deviceTypeJsonSchema } from '../../src/devices/json-schema.ts'

const root = `${import.meta.dirname}/../../config`
const types = globSync('{types,demo/*/device-types,examples/*/device-types}/*/type.yaml', {
  cwd: root,
}).toSorted()

/** The files of one type, as if it stood in an organisation's folder. */
function filesOf(path: string): { path: string; text: string }[] {
  const folder = `${root}/${dirname(path)}`
  return globSync('{type.yaml,codec.js,vectors/*.json}', { cwd: folder })
    .toSorted()
    .map((name) => ({
      path: `device-types/one/${name}`,
      text: readFileSync(`${folder}/${name}`, 'utf8'),
    }))
}

async function mistakesOf(files: { path: string; text: string }[]): Promise<string[]> {
  const mistakes: Mistake[] = []
  const file = files.find(({ path }) => path.endsWith('/type.yaml'))
  const parsed = parseYamlFile(file?.path ?? '', file?.text ?? '')
  if (!parsed.ok) return parsed.mistakes.map(mistakeText)
  for (const { document } of objectsOf(parsed.file, {
    organisation: 'north',
    mistakes,
    files,
  })) {
    if (mistakes.length === 0)
      mistakes.push(...(await checkTypeVectors(document, parsed.file, files)))
  }
  return mistakes.map(mistakeText)
}

describe('the device types that come along', () => {
  it.each(types)('%s decodes its vectors as they say', async (path) => {
    const files = filesOf(path)
    expect(
      files.filter(({ path: name }) => name.includes('/vectors/')).length,
    ).toBeGreaterThan(1)
    expect(await mistakesOf(files)).toEqual([])
  })

  it('are some', () => {
    expect(types.length).toBeGreaterThanOrEqual(8)
  })
})

describe('the JSON Schema of device types', () => {
  const validate = new Ajv({ strict: false, allErrors: true }).compile(
    deviceTypeJsonSchema(),
  )
  it.each(types)('takes %s', (path) => {
    validate(read(path))
    expect(validate.errors ?? []).toEqual([])
  })

  it.each([
    ['a misspelt key', { intervall: '60s' }],
    ['a scale that is text', { points: { power: { path: '$.p', scale: '0.1' } } }],
    ['an interval without a unit', { interval: '60' }],
    ['a point without a place it could have', { points: { power: { path: 'p' } } }],
    ['no points', { points: undefined }],
  ])('refuses %s', (_, change) => {
    const changed = JSON.parse(
      JSON.stringify({ ...read('types/lampa-lc-1/type.yaml'), ...change }),
    )
    expect(validate(changed)).toBe(false)
  })
})

function read(path: string): Record<string, unknown> {
  const value = parse(readFileSync(`${root}/${path}`, 'utf8')) as Record<string, unknown>
  return { protocol: 'mqtt', ...value }
}
