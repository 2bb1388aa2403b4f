import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { typeListView } from '../../src/api/type-view.ts'
import type { App } from '../../src/app.ts'
import { openDesk, startListening, type Desk } from './run.ts'

const derived = `type: acme/slc-plus@1.0.0
extends: acme/slc@1.0.0
description: The same lamp, with a door
points:
  door: { path: $.door, kind: state }
`
const vector = {
  name: 'door open',
  payload: { ts: 1_795_194_000, power: 62.5, state: 1, door: true },
  ingest: '2026-11-20T17:00:05Z',
  expect: {
    readings: {
      power: { value: 62.5, quality: 'good' },
      state: { value: 'on', quality: 'good' },
      door: { value: true, quality: 'good' },
    },
  },
}

const off = {
  ...vector,
  name: 'off, door open',
  payload: { ts: 1_795_194_000, power: 0, state: 0, door: true },
  expect: {
    readings: {
      power: { value: 0, quality: 'good' },
      state: { value: 'off', quality: 'good' },
      door: { value: true, quality: 'good' },
    },
  },
}

describe('a type that extends another', () => {
  let desk: Desk
  let service: App
  let base: string
  let plus: string
  beforeAll(async () => {
    desk = await openDesk()
    service = await startListening(desk.data)
    await desk.run(
      'init',
      '--organisation',
      'lund',
      '--name',
      'Lund',
      '--email',
      'a@b.example',
    )
    base = join(desk.folder, 'types/slc')
    plus = join(desk.folder, 'types/plus')
    await mkdir(join(plus, 'vectors'), { recursive: true })
    await writeFile(join(plus, 'type.yaml'), derived)
    await writeFile(join(plus, 'vectors/open.json'), JSON.stringify(vector))
    await writeFile(join(plus, 'vectors/off.json'), JSON.stringify(off))
    await writeFile(
      join(plus, 'vectors/malformed.json'),
      JSON.stringify({
        name: 'cut off',
        payloadText: '{"ts": 17951',
        ingest: '2026-11-20T13:31:00Z',
        expect: { readings: {}, problems: ['not_json'] },
      }),
    )
  })
  afterAll(async () => {
    await service[Symbol.asyncDispose]()
    await desk[Symbol.asyncDispose]()
  })

  it('needs it in a folder beside its own, and says so', async () => {
    const { code, out } = await desk.run('types', 'check', plus)
    expect(code).toBe(3)
    expect(out).toMatch(
      /plus\/type\.yaml:2:\d+: there is no device type acme\/slc@1\.0\.0 to extend/,
    )
    expect(out).toContain('put its folder beside this one')
    await desk.run('types', 'new', base, '--from', 'mqtt', '--type', 'acme/slc@1.0.0')
    expect(await desk.run('types', 'check', plus)).toMatchObject({
      code: 0,
      out: 'acme/slc-plus@1.0.0: 3 points, 3 vectors, nothing wrong',
    })
    expect(await desk.run('types', 'test', plus)).toMatchObject({ code: 0 })
    const message = JSON.stringify(vector.payload)
    const tried = await desk.run('types', 'try', plus, '--payload', message)
    expect(tried.out).toMatch(/^power +62\.5 +62\.5 W +good$/m)
    expect(tried.out).toMatch(/^door +true +true +good$/m)
  })

  it('comes into force behind it, with its own words only', async () => {
    expect(await desk.run('types', 'apply', plus)).toMatchObject({
      code: 3,
      out: expect.stringContaining('apply that one first'),
    })
    expect(await desk.run('types', 'apply', base)).toMatchObject({ code: 0 })
    expect(await desk.run('types', 'apply', plus)).toMatchObject({ code: 0 })
    const { types } = typeListView.parse(
      JSON.parse((await desk.run('types', 'list', '--json')).out),
    )
    expect(types).toMatchObject([
      { type: 'acme/slc-plus@1.0.0', protocol: 'mqtt', points: 3 },
      { type: 'acme/slc@1.0.0', points: 2 },
    ])
    const row = await service.database
      .read((await service.configurations.organisations())[0] ?? fail())
      .selectFrom('configuration_object')
      .select('document')
      .where('slug', '=', 'acme/slc-plus@1.0.0')
      .executeTakeFirstOrThrow()
    expect(Object.keys(JSON.parse(row.document))).toEqual(
      expect.not.arrayContaining(['mqtt', 'interval']),
    )
  })

  it('is refused when the two go round in a circle, and with mistakes of the whole', async () => {
    const file = join(base, 'type.yaml')
    const text = await readFile(file, 'utf8')
    await writeFile(file, `extends: acme/slc-plus@1.0.0\n${text}`)
    expect(await desk.run('types', 'check', plus)).toMatchObject({
      code: 3,
      out: expect.stringContaining('goes round in a circle'),
    })
    await writeFile(file, text)
    await writeFile(
      join(plus, 'type.yaml'),
      derived.replace('kind: state', 'kind: state, unit: furlongs'),
    )
    expect(await desk.run('types', 'check', plus)).toMatchObject({
      code: 3,
      out: expect.stringContaining('"furlongs" is no unit'),
    })
    await writeFile(join(plus, 'type.yaml'), `${derived}protocl: mqtt\n`)
    expect(await desk.run('types', 'check', plus)).toMatchObject({
      code: 3,
      out: expect.stringMatching(/plus\/type\.yaml:6:\d+: the key "protocl" is unknown/),
    })
    await rm(plus, { recursive: true })
  })
})

function fail(): never {
  throw new Error('there is no organisation')
}
