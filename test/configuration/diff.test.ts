import { describe, expect, it } from 'vitest'
import { diffConfiguration, type DiffOptions } from '../../src/configuration/diff.ts'
import type { DesiredObject } from '../../src/configuration/file-objects.ts'
import { canonicalJson, type JsonObject } from '../../src/configuration/json.ts'
import type { StoredObject } from '../../src/configuration/stored.ts'

const yaml = { source: 'yaml' } as const
const before = { name: 'Light' }
const after = { name: 'Light and Road' }

function unit(slug: string, document: JsonObject, was?: string): DesiredObject {
  return { kind: 'unit', slug, document, ...(was !== undefined && { was }) }
}

/** A unit as an apply left it, unless told otherwise. */
function stored(
  slug: string,
  document: JsonObject,
  more: Partial<StoredObject> = {},
): StoredObject {
  const text = canonicalJson(document)
  return {
    kind: 'unit',
    id: slug,
    slug,
    document,
    text,
    origin: 'yaml',
    applied: text,
    retired: false,
    ...more,
  }
}

function summary(
  desired: readonly DesiredObject[],
  there: readonly StoredObject[],
  options: DiffOptions = yaml,
): string[] {
  return diffConfiguration(desired, there, options).changes.map(
    ({ slug, change, fields }) => [change, slug, ...fields].join(' '),
  )
}

describe('what an apply would do', () => {
  it('creates what is new', () => {
    expect(summary([unit('a', before)], [])).toEqual(['create a'])
  })
  it('leaves what is the same, whatever the order of its keys', () => {
    const there = stored('a', { name: 'A', email: 'a@b.example' })
    expect(summary([unit('a', { email: 'a@b.example', name: 'A' })], [there])).toEqual([
      'unchanged a',
    ])
  })
  it('updates what differs and names the fields', () => {
    expect(summary([unit('a', after)], [stored('a', before)])).toEqual(['update a name'])
  })
  it('leaves what is absent', () => {
    expect(summary([], [stored('a', before)])).toEqual([])
  })
  it('retires what is absent when pruning', () => {
    expect(summary([], [stored('a', before)], { ...yaml, prune: true })).toEqual([
      'retire a',
    ])
  })
  it('brings a retired object back as the same object', () => {
    const there = stored('a', before, { retired: true })
    const { changes, writes } = diffConfiguration([unit('a', before)], [there], yaml)
    expect(changes[0]).toMatchObject({ change: 'update', fields: ['retired'] })
    expect(writes[0]?.before?.id).toBe('a')
  })
})

describe('a rename', () => {
  it('keeps the object', () => {
    const { changes, writes } = diffConfiguration(
      [unit('b', after, 'a')],
      [stored('a', before)],
      yaml,
    )
    expect(changes).toEqual([
      { kind: 'unit', slug: 'b', change: 'rename', was: 'a', fields: ['name'] },
    ])
    expect(writes[0]?.before?.id).toBe('a')
  })
  it('that was done before is nothing new', () => {
    const there = stored('b', before, { id: 'a' })
    expect(summary([unit('b', before, 'a')], [there])).toEqual(['unchanged b'])
  })
  it('of what never was is a creation', () => {
    expect(summary([unit('b', before, 'a')], [])).toEqual(['create b'])
  })
  it('lets another object take over the old slug', () => {
    const desired = [unit('a', after), unit('b', before, 'a')]
    expect(summary(desired, [stored('a', before)])).toEqual(['create a', 'rename b'])
  })
  it('two objects can exchange their slugs in two steps only: both slugs exist', () => {
    const there = [stored('a', before), stored('b', after)]
    const desired = [unit('a', before, 'b'), unit('b', after, 'a')]
    expect(summary(desired, there)).toEqual(['unchanged a', 'unchanged b'])
  })
  it('carries over to objects that are not in the files', () => {
    const route: StoredObject = {
      ...stored('r', { order: 1, unit: 'a' }),
      kind: 'route',
      id: 'r',
    }
    const plan = diffConfiguration(
      [unit('b', before, 'a')],
      [stored('a', before), route],
      yaml,
    )
    expect(plan.writes.map(({ slug, document }) => [slug, document])).toEqual([
      ['b', before],
      ['r', { order: 1, unit: 'b' }],
    ])
    expect(plan.writes[1]).toMatchObject({
      origin: 'yaml',
      applied: '{"order":1,"unit":"b"}',
    })
  })
})

describe('an object that somebody edited in the database since the last apply', () => {
  const edited = stored('a', after, { origin: 'database', applied: canonicalJson(before) })

  it('is a conflict', () => {
    expect(summary([unit('a', before)], [edited])).toEqual(['conflict a name'])
  })
  it('is none when both sides want the same', () => {
    expect(summary([unit('a', after)], [edited])).toEqual(['unchanged a'])
  })
  it('is overwritten when the side of the YAML is taken', () => {
    expect(summary([unit('a', before)], [edited], { ...yaml, take: 'yaml' })).toEqual([
      'update a name',
    ])
  })
  it('stays when the side of the database is taken', () => {
    expect(summary([unit('a', before)], [edited], { ...yaml, take: 'database' })).toEqual([
      'unchanged a',
    ])
  })
  it('is a conflict for pruning too', () => {
    const prune = { ...yaml, prune: true }
    expect(summary([], [edited], prune)).toEqual(['conflict a'])
    expect(summary([], [edited], { ...prune, take: 'yaml' })).toEqual(['retire a'])
    expect(summary([], [edited], { ...prune, take: 'database' })).toEqual([])
  })
  it('is a conflict when they retired it', () => {
    const retired = stored('a', before, { origin: 'database', retired: true })
    expect(summary([unit('a', before)], [retired])).toEqual(['conflict a retired'])
  })
  it('is a conflict when they made it', () => {
    const made = stored('a', after, { origin: 'database', applied: null })
    expect(summary([unit('a', before)], [made])).toEqual(['conflict a name'])
  })
})

describe('an imported object', () => {
  const imported = stored('a', before, { origin: 'database' })

  it('is not pruned by a folder that never named it', () => {
    expect(summary([], [imported], { ...yaml, prune: true })).toEqual([])
  })
  it('is brought up to date by the next import', () => {
    expect(summary([unit('a', after)], [imported], { source: 'import' })).toEqual([
      'update a name',
    ])
  })
  it('becomes one of the folder when the folder names it', () => {
    const plan = diffConfiguration([unit('a', before)], [imported], yaml)
    expect(plan.writes).toEqual([])
    expect(plan.adopted).toEqual([imported])
  })
})

it('never prunes the organisation itself', () => {
  const own = { ...stored('north', before), kind: 'organisation' as const }
  expect(summary([], [own], { ...yaml, prune: true })).toEqual([])
})
