import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { z } from 'zod'
import type { App } from '../../src/app.ts'
import { openDesk, startListening, type Desk } from '../cli/run.ts'

const configuration = `
users:
  anna: { name: Anna, email: anna@lund.example, roles: [operations], language: sv }
  bo: { name: Bo, email: bo@lund.example, roles: [operations], language: sv }
`
/** Next year, whatever year it is: what is over cannot be said. */
const year = new Date().getUTCFullYear() + 1

let desk: Desk
let service: App
beforeAll(async () => {
  desk = await openDesk()
  service = await startListening(desk.data)
  const as = ['--organisation', 'lund', '--name', 'Lund', '--email', 'a@b.example']
  await desk.run('init', ...as)
  const folder = join(desk.folder, 'lund')
  await mkdir(folder)
  await writeFile(join(folder, 'users.yaml'), configuration)
  await desk.run('apply', folder)
})
afterAll(async () => {
  await service[Symbol.asyncDispose]()
  await desk[Symbol.asyncDispose]()
})

const add = (person: string, from: string, to: string, ...rest: readonly string[]) =>
  desk.run('absences', 'add', person, '--from', from, '--to', to, ...rest)

it('says, lists and ends an absence', async () => {
  expect(await desk.run('absences', 'list')).toMatchObject({
    code: 0,
    out: 'nobody is away',
  })
  const rest = ['--deputies', 'bo', '--also-open', '--hand-back']
  const said = await add('anna', `${year}-12-21`, `${year}-12-27`, ...rest)
  expect(said.code).toBe(0)
  expect(said.out).toContain(`planned  anna  ${year}-12-20T23:00:00.000Z to`)
  expect(said.out).toContain('bo; open cases too; handed back')
  const listed = await desk.run('absences', 'list', '--person', 'anna', '--json')
  const { absences } = z
    .object({ absences: z.array(z.object({ id: z.string(), by: z.string() })) })
    .parse(JSON.parse(listed.out))
  expect(absences).toMatchObject([{ by: 'local' }])
  const ended = await desk.run('absences', 'end', absences[0]?.id ?? '')
  expect(ended).toMatchObject({ code: 0, out: expect.stringContaining('over  anna') })
  expect((await desk.run('absences', 'list', '--person', 'bo')).out).toBe('nobody is away')
})

it.each([
  ['nobody of that name', ['eve', `${year}-01-05`, `${year}-01-06`], 3, 'eve'],
  ['an end before its beginning', ['bo', `${year}-01-06`, `${year}-01-05`], 3, 'before'],
  ['a day that is none', ['bo', `${year}-02-30`, `${year}-03-01`], 3, 'does not fit'],
  ['what is over', ['bo', '2020-01-01', '2020-01-02'], 3, 'over already'],
  ['ten years', ['bo', `${year}-01-01`, `${year + 10}-01-01`], 3, 'two years'],
] as const)('refuses %s', async (_, [person, from, to], code, words) => {
  const refused = await add(person, from, to)
  expect(refused.err).toContain(words)
  expect(refused.code).toBe(code)
})

it('refuses oneself as deputy, two absences at once, and an id that nobody gave', async () => {
  const days = [`${year}-05-04`, `${year}-05-08`] as const
  expect((await add('bo', ...days, '--deputies', 'bo')).code).toBe(3)
  expect((await add('bo', ...days)).code).toBe(0)
  expect(await add('bo', ...days)).toMatchObject({
    err: expect.stringContaining('an absence in this time already'),
  })
  const unknown = await desk.run('absences', 'end', 'f'.repeat(32))
  expect(unknown.err).toContain('There is no such absence')
})
