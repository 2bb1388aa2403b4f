import { describe, expect, it } from 'vitest'
import { deskFor, groupKey } from '../../src/annunciation/catalogue.ts'
import { activeConfiguration } from '../../src/configuration/activate.ts'
import { parseConfiguration } from '../../src/configuration/parse.ts'
import { asset, type Asset } from '../../src/domain/asset.ts'
import { north } from '../support/database.ts'
import { sound } from './town.ts'

const yaml = `
organisation:
  name: North
  timezone: Europe/Oslo
  languages: [nb]
users:
  anna: { name: Anna, email: anna@example.se, roles: [operations], language: nb }
channels:
  crew: { kind: mail, name: Crew, addresses: [crew@example.se] }
  boss: { kind: webhook, name: Boss, url: 'https://boss.example/hook', secret: boss }
rotas:
  night: { name: Night, start: 2026-01-05T08:00, turn: 7d, people: [anna] }
desks:
  control:
    name: Control room
    takes: [{ priorities: [1] }]
    order: 1
    steps:
      - to: [{ rota: night }, { person: anna }, { channel: crew }]
      - to: [{ channel: boss }]
        after: 10m
        only: { priorities: [1, 2], during: [{ days: [workday], from: '07:00', to: '16:00' }] }
    heartbeat: { channel: boss, every: 5m }
  rest: { name: Rest }
`

function read(text: string): ReturnType<typeof parseConfiguration> {
  return parseConfiguration({ organisation: 'north', files: [{ path: 'all.yaml', text }] })
}

function mistakes(text: string): string[] {
  const parsed = read(text)
  return parsed.ok ? [] : parsed.mistakes.map(({ what }) => what)
}

describe('desks in YAML', () => {
  it('are taken in as they are written', () => {
    expect(mistakes(yaml)).toEqual([])
  })

  it.each([
    ['http to elsewhere', 'https://boss.example/hook', 'http://boss.example/hook'],
    ['a password in the address', 'https://boss.example', 'https://me:secret@boss.example'],
    ['a day that is not', '2026-01-05T08:00', '2026-02-30T08:00'],
    ['a turn without a length', 'turn: 7d', 'turn: 0d'],
    ['a heartbeat every second', 'every: 5m', 'every: 1s'],
    ['a rota that is not there', '{ rota: night }', '{ rota: day }'],
    ['a channel that is not there', '{ channel: crew }', '{ channel: crow }'],
    ['a person who is not there', 'people: [anna]', 'people: [anne]'],
  ])('%s is a mistake', (_, from, to) => {
    expect(yaml).toContain(from)
    expect(mistakes(yaml.replace(from, to))).not.toEqual([])
  })
})

describe('desks of a version', () => {
  const objects = sound(read(yaml)).objects.map(({ kind, slug, document }) => ({
    kind,
    slug,
    document,
    id: `id-${slug}`,
    since: 1,
  }))
  const active = activeConfiguration({
    organisation: north,
    version: 1,
    objects,
    points: new Map(),
  })

  it('name everything by its id, in order', () => {
    expect([...active.desks.keys()]).toEqual(['id-control', 'id-rest'])
    expect(active.desks.get('id-control')).toMatchObject({
      steps: [
        { to: [{ rota: 'id-night' }, { person: 'id-anna' }, { channel: 'id-crew' }] },
        { to: [{ channel: 'id-boss' }], after: 600_000_000 },
      ],
      heartbeat: { channel: 'id-boss' },
      group: { wait: 30_000_000, interval: 300_000_000, repeat: 14_400_000_000 },
    })
    expect(active.rotas.get('id-night')?.people).toEqual(['id-anna'])
    expect(active.people.get('id-anna')).toEqual({ name: 'Anna', email: 'anna@example.se' })
    expect([active.zone, active.languages]).toEqual(['Europe/Oslo', ['nb']])
  })

  it('take alarms in order', () => {
    const facts = { rule: 'r', asset: 'a', faultClass: 'f' }
    expect(deskFor(active, { ...facts, priority: 1 })).toBe('id-control')
    expect(deskFor(active, { ...facts, priority: 2 })).toBe('id-rest')
    expect(
      deskFor({ ...active, desks: new Map() }, { ...facts, priority: 2 }),
    ).toBeUndefined()
  })

  it('group what hangs on one asset', () => {
    const assets = new Map([
      ['a', lamp('cabinet-1')],
      ['b', lamp('cabinet-1')],
      ['c', lamp('cabinet-2')],
    ])
    const [a, b, c] = ['a', 'b', 'c'].map((one) =>
      groupKey({ assets }, { asset: one, faultClass: 'light_out' }),
    )
    expect(a).toBe(b)
    expect(a).not.toBe(c)
    expect(groupKey({ assets }, { asset: 'a', faultClass: 'other' })).not.toBe(a)
    expect(groupKey({ assets }, { asset: 'cabinet-1', faultClass: 'light_out' })).toBe(a)
  })
})

it('a desk behind one that takes everything is warned of', () => {
  const parsed = read(yaml.replace('order: 1', 'order: 200'))
  expect(parsed.ok && parsed.warnings.map(({ what }) => what)).toEqual([
    'no alarm gets as far as this desk',
  ])
})

it('a goal on a desk without a second step is warned of', () => {
  const goal = yaml.replace(
    'rest: { name: Rest }',
    'rest: { name: Rest, acknowledgeWithin: { 1: 2m } }',
  )
  const parsed = read(goal)
  expect(parsed.ok && parsed.warnings.map(({ what }) => what)).toEqual([
    'nobody is called when nobody acknowledges in time',
  ])
})

function lamp(parent: string): Asset {
  return asset.parse({
    name: 'Lamp',
    type: 'Streetlight',
    parents: [
      { edge: 'COMM_VIA', asset: 'gateway' },
      { edge: 'FEEDS', asset: parent },
    ],
  })
}
