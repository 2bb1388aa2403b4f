import { existsSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { typeCheckView, typeTestView, typeTryView } from '../../src/api/type-view.ts'
import { demo, openDesk, type Desk } from './run.ts'

const messages = [
  '{"ts":1795194000,"data":{"p":62.1,"st":1,"wh":4711,"on":true}}',
  '{"ts":1795194010,"data":{"p":60,"st":2,"wh":4712,"on":true}}',
  '{"ts":1795194060,"data":{"p":0,"st":0,"wh":4712,"on":false}}',
]
const lamp = join(demo, 'device-types/nordlys-slc-4')

describe('gatuvakt types, without a service', () => {
  let desk: Desk
  let slc: string
  beforeAll(async () => {
    desk = await openDesk()
    slc = join(desk.folder, 'slc')
  })
  afterAll(() => desk[Symbol.asyncDispose]())

  it('makes a type of messages whose vectors hold from the start, and never writes over anything', async () => {
    const file = await desk.file('heard.ndjson', messages.join('\n'))
    const make = ['types', 'new', slc, '--from', 'http', '--sample', file]
    const made = await desk.run(...make)
    expect(made).toMatchObject({
      code: 0,
      out: expect.stringContaining('heard: 1  3 messages'),
    })
    const text = await readFile(join(slc, 'type.yaml'), 'utf8')
    expect(text).toContain(
      'p: { path: $.data.p, unit: W, range: [0, 200] } # seen 0 to 62.1',
    )
    expect(text).toContain("st: { path: $.data.st, kind: state, enum: { '0': value0")
    expect(text).toContain('wh: { path: $.data.wh, kind: counter, unit: W.h }')
    expect(text).toContain('path: $.ts\n  format: epoch_s')
    expect(existsSync(join(slc, 'README.md'))).toBe(true)
    expect(await desk.run('types', 'check', slc)).toMatchObject({
      code: 0,
      out: 'example/slc@0.1.0: 4 points, 4 vectors, nothing wrong',
    })
    expect(await desk.run(...make)).toMatchObject({
      code: 3,
      err: expect.stringContaining('is not empty'),
    })
  })

  it.each(['mqtt', 'http'])(
    'makes a template for %s that passes the check',
    async (from) => {
      const folder = join(desk.folder, `template-${from}`)
      expect((await desk.run('types', 'new', folder, '--from', from)).code).toBe(0)
      expect((await desk.run('types', 'check', folder)).code).toBe(0)
    },
  )

  it('says where a mistake is, why, and what next', async () => {
    const text = await readFile(join(slc, 'type.yaml'), 'utf8')
    await writeFile(join(slc, 'type.yaml'), text.replace('unit: W,', 'unti: W,'))
    const { code, out } = await desk.run('types', 'check', slc)
    expect(code).toBe(3)
    expect(out).toMatch(/slc\/type\.yaml:\d+:\d+: the key "unti" is unknown here/)
    const json = typeCheckView.parse(
      JSON.parse((await desk.run('types', 'check', slc, '--json')).out),
    )
    expect(json.mistakes).toMatchObject([{ file: 'type.yaml', what: expect.any(String) }])
    await writeFile(join(slc, 'type.yaml'), text)
  })

  it('refuses a type without vectors, and a folder without a type', async () => {
    const bare = join(desk.folder, 'bare')
    await desk.run('types', 'new', bare, '--from', 'mqtt')
    const files = ['normal', 'off', 'malformed'].map((name) =>
      join(bare, `vectors/${name}.json`),
    )
    const { rm } = await import('node:fs/promises')
    await Promise.all(files.map((path) => rm(path)))
    expect(await desk.run('types', 'check', bare)).toMatchObject({
      code: 3,
      out: expect.stringContaining('the type has no vectors'),
    })
    await rm(join(bare, 'type.yaml'))
    expect(await desk.run('types', 'check', bare)).toMatchObject({
      code: 3,
      out: expect.stringContaining('there is no type.yaml'),
    })
    expect(await desk.run('types', 'check', join(desk.folder, 'nowhere'))).toMatchObject({
      code: 4,
    })
  })

  it('runs vectors, shows the difference of an update, and writes only when somebody agrees', async () => {
    const file = join(slc, 'type.yaml')
    const vector = join(slc, 'vectors/heard-1.json')
    const [text, before] = await Promise.all([
      readFile(file, 'utf8'),
      readFile(vector, 'utf8'),
    ])
    await writeFile(file, text.replace('unit: W,', 'unit: W, scale: 2,'))
    const wrong = await desk.run('types', 'test', slc)
    expect(wrong.code).toBe(3)
    expect(wrong.out).toContain('p: expected 62.1 good, but it says 124.2 good')
    const shown = await desk.run('types', 'test', slc, '--update')
    expect(shown).toMatchObject({
      code: 3,
      err: expect.stringContaining('nothing was written'),
    })
    expect(shown.out).toContain('-         "value": 62.1,\n+         "value": 124.2,')
    expect(await readFile(vector, 'utf8')).toBe(before)
    const refused = { interactive: true, agree: () => Promise.resolve(false) }
    expect((await desk.runWith(refused, 'types', 'test', slc, '--update')).code).toBe(3)
    expect(await readFile(vector, 'utf8')).toBe(before)
    const agreed = { interactive: true, agree: () => Promise.resolve(true) }
    expect((await desk.runWith(agreed, 'types', 'test', slc, '--update')).code).toBe(0)
    expect((await desk.run('types', 'test', slc)).code).toBe(0)
    await writeFile(file, text)
    expect((await desk.run('types', 'test', slc, '--update', '--yes')).code).toBe(0)
    expect(JSON.parse(await readFile(vector, 'utf8'))).toEqual(JSON.parse(before))
    const json = typeTestView.parse(
      JSON.parse((await desk.run('types', 'test', slc, '--json')).out),
    )
    expect(json.vectors.every(({ holds }) => holds)).toBe(true)
  })

  it('tries a message: raw, value, quality; and asks no rules without a device', async () => {
    const [message = ''] = messages
    const tried = await desk.run('types', 'try', slc, '--payload', message)
    expect(tried.code).toBe(0)
    expect(tried.out).toMatch(/^p +62\.1 +62\.1 W +good$/m)
    expect(tried.out).toContain('rules were not asked')
    const hex = Buffer.from(message).toString('hex')
    const byHex = await desk.run('types', 'try', slc, '--hex', hex, '--json')
    expect(typeTryView.parse(JSON.parse(byHex.out)).alarms).toBeNull()
    expect(await desk.run('types', 'try', slc, '--payload', '{"ts"')).toMatchObject({
      code: 3,
      out: expect.stringContaining('! not_json'),
    })
    expect(await desk.run('types', 'try', slc)).toMatchObject({ code: 3 })
    expect(await desk.run('types', 'try', slc, '--hex', 'xyz')).toMatchObject({
      code: 3,
      err: expect.stringContaining('--hex'),
    })
    expect(
      await desk.run('types', 'try', slc, '--hex', '00', '--payload', 'x'),
    ).toMatchObject({ code: 3, err: expect.stringContaining('one message at a time') })
  })

  it('prints a JSON Schema', async () => {
    const { code, out } = await desk.run('types', 'schema')
    expect(code).toBe(0)
    expect(JSON.parse(out)).toMatchObject({ $schema: expect.stringContaining('draft-07') })
  })

  it.each([
    [['simulate', lamp], '--organisation'],
    [['simulate', lamp, '--organisation', 'x', '--rate', 'often'], '--rate'],
    [['simulate', lamp, '--organisation', 'x', '--fault', 'power'], '--fault'],
    [
      ['simulate', lamp, '--organisation', 'x', '--fault', 'nothing@3s'],
      'no point nothing',
    ],
    [['simulate', lamp, '--organisation', 'x', '--set', 'power'], '--set'],
    [
      ['new', join(tmpdir(), 'never'), '--from', 'modbus', '--sample', 'x'],
      'go with modbus',
    ],
    [['new', join(tmpdir(), 'never'), '--from', 'mqtt', '--type', 'Bad'], '--type'],
    [
      ['new', join(tmpdir(), 'never'), '--from', 'mqtt', '--sniff', 'ftp://x'],
      'no address of an MQTT',
    ],
  ])('refuses %s by name', async (args, named) => {
    const { code, err } = await desk.run('types', ...args)
    expect({ code, err }).toMatchObject({ code: 3, err: expect.stringContaining(named) })
  })
})
