import { readFile, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { later, MINUTE, toIso } from '../../src/domain/time.ts'
import { lamp } from '../support/devices-say.ts'
import { startService } from '../support/service.ts'
import { VirtualClock } from '../support/virtual-clock.ts'
import { demo, openDesk, type Desk } from './run.ts'

const open = new AsyncDisposableStack()
let desk: Desk
let range: readonly string[]
let text: string

/** A lamp that is dark for two minutes, with 61.6 W missing. */
beforeAll(async () => {
  desk = open.use(await openDesk())
  await mkdir(desk.data)
  const clock = new VirtualClock()
  const service = open.use(await startService({ folder: desk.data, clock }))
  const began = clock.now()
  for (const state of ['lit', 'dark', 'dark', 'lit', 'lit'] as const) {
    await service.say('lamp-17', lamp(clock.now(), state))
    await service.settle()
    service.pass(MINUTE)
    await service.settle()
  }
  range = ['--from', toIso(began), '--to', toIso(later(clock.now(), MINUTE))]
  text = await readFile(join(demo, 'rules/lights.yaml'), 'utf8')
})
afterAll(() => open.disposeAsync())

async function diff(above: number, ...more: readonly string[]) {
  const changed = text.replace('role: missing, above: 20', `role: missing, above: ${above}`)
  const path = await desk.file(`above-${above}.yaml`, changed)
  return desk.run('rules', 'diff', path, '--rule', 'lamp-dark', ...range, ...more)
}

it('says which alarms a new text takes away, by asset and time', async () => {
  const { code, out } = await diff(70)
  expect(code).toBe(0)
  expect(out).toContain('0 in both, 0 new, 1 gone')
  expect(out).toMatch(/^ {2}- lamp-17 2026-11-20T17:01:20\.000Z for /m)
})

it('says that a text changes nothing where it does not', async () => {
  expect((await diff(30)).out).toContain('1 in both, 0 new, 0 gone')
})

it('says the same to programs, and nothing is published by it', async () => {
  const { code, out } = await diff(70, '--json')
  expect(code).toBe(0)
  expect(JSON.parse(out)).toMatchObject({
    difference: { inBoth: 0, onlyFirst: 0, onlySecond: 1, raised: -1 },
  })
  const { out: list } = await desk.run('rules', 'list')
  expect(list).toContain('lamp-dark')
  expect((await diff(20)).out).toContain('1 in both, 0 new, 0 gone')
})

it.each([
  [['--rule', 'lamp-gone'], 4, 'there is no rule lamp-gone'],
  [['--rule', 'lamp-dark', '--from', 'monday'], 3, 'monday is no time'],
])('refuses %j', async (options, exit, said) => {
  const path = await desk.file('lights.yaml', text)
  const { code, err } = await desk.run('rules', 'diff', path, ...options)
  expect({ code, err }).toEqual({ code: exit, err: expect.stringContaining(said) })
})
