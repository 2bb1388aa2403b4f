import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { alarmView, whyView, type WhyView } from '../../src/alarms/views.ts'
import { whyNotView, type WhyNotView } from '../../src/api/why-not-view.ts'
import { durationUs, later, SECOND, toIso, type TimeUs } from '../../src/domain/time.ts'
import { cabinet, lamp } from '../support/devices-say.ts'
import {
  eventually,
  startService,
  type Person,
  type TestService,
} from '../support/service.ts'
import { temporaryFolder } from '../support/temporary.ts'
import { VirtualClock } from '../support/virtual-clock.ts'

/*
 * Lamp 17 goes dark by itself; lamp 1 because its cabinet lost its supply; lamp 18 never spoke. A lamp
 * is dark when 20 W are missing for 20 s, and its alarm says that the cabinet's explains it.
 */
const open = new AsyncDisposableStack()
let service: TestService
let engineer: Person
let began: TimeUs
let darkSince: TimeUs
let ended: TimeUs

async function pass(seconds: number): Promise<void> {
  for (let left = seconds; left > 0; left -= 5) {
    service.pass(durationUs(5 * SECOND))
    await service.settle()
  }
}

async function say(volts: number, state: 'lit' | 'dark'): Promise<void> {
  const now = service.clock.now()
  await service.say('cabinet-1', cabinet(now, volts))
  for (const one of ['lamp-1', 'lamp-17']) await service.say(one, lamp(now, state))
  await service.settle()
}

beforeAll(async () => {
  const folder = open.use(await temporaryFolder())
  const clock = new VirtualClock()
  service = open.use(await startService({ folder: folder.path, clock }))
  engineer = await service.logIn('regler@strandkoping.example')
  began = clock.now()
  await say(230, 'lit')
  await pass(60)
  darkSince = clock.now()
  await say(0, 'dark')
  await pass(60)
  ended = clock.now()
})
afterAll(() => open.disposeAsync())

const at = (since: TimeUs, seconds: number) =>
  toIso(later(since, durationUs(seconds * SECOND)))

async function ask(asset: string, when: string, rule = 'lamp-dark') {
  const query = new URLSearchParams({ asset, at: when }).toString()
  return engineer.get(`/rules/${rule}/why-not?${query}`)
}
async function whyNot(asset: string, when: string): Promise<WhyNotView> {
  const { status, body } = await ask(asset, when)
  expect({ status, body }).toMatchObject({ status: 200 })
  return whyNotView.parse(body)
}

describe('GET /rules/{rule}/why-not says why there was no alarm', () => {
  it('when the condition was false', async () => {
    expect(await whyNot('lamp-17', at(began, 30))).toMatchObject({
      rule: 'lamp-dark',
      asset: 'lamp-17',
      state: 'NORMAL',
      sentence: 'missing 0 < 20',
      raisedAt: null,
      delay: null,
      condition: {
        truth: 'false',
        evidence: [{ role: 'missing', value: 0, at: toIso(began), limit: 20 }],
      },
      tree: expect.arrayContaining([expect.objectContaining({ truth: 'false' })]),
    })
  })

  it('while the delay ran, with its beginning and its end', async () => {
    expect(await whyNot('lamp-17', at(darkSince, 10))).toMatchObject({
      state: 'PENDING',
      sentence: 'missing 61.6 ≥ 20 for less than 20s',
      raisedAt: null,
      delay: { since: toIso(darkSince), until: at(darkSince, 20) },
    })
    expect(await whyNot('lamp-17', at(darkSince, 20))).toMatchObject({
      state: 'ACTIVE',
      sentence: 'missing 61.6 ≥ 20 for 20s',
      raisedAt: at(darkSince, 20),
      delay: null,
    })
  })

  it('where nothing was heard', async () => {
    expect(await whyNot('lamp-18', at(darkSince, 30))).toMatchObject({
      state: 'NORMAL',
      sentence: 'missing unknown (no reading yet)',
      condition: { truth: 'unknown', because: 'no_reading', evidence: [{ value: null }] },
      readings: 0,
    })
  })

  it('of a thing that the rule does not watch', async () => {
    expect(await whyNot('cabinet-1', at(darkSince, 30))).toMatchObject({
      state: null,
      sentence:
        'it watches assets of the type Streetlight, and cabinet-1 is a StreetlightControlCabinet',
      condition: null,
      tree: [],
    })
  })

  it('and of an alarm that nobody was told of that it stood', async () => {
    const answer = await whyNot('lamp-1', toIso(ended))
    expect(answer).toMatchObject({
      state: 'ACTIVE',
      raisedAt: at(darkSince, 20),
      alarm: {
        state: 'unacknowledged',
        raisedAt: at(darkSince, 20),
        toldAt: null,
        keptBy: [
          { kind: 'topology', words: 'explained by cabinet-supply-lost on cabinet-1' },
        ],
      },
    })
    expect(answer.alarm?.sentence).toMatch(
      /^the alarm of .* stood and nobody was told: explained by cabinet-supply-lost on cabinet-1$/,
    )
  })

  it('and of one that people were told of, when', async () => {
    const { alarm } = await whyNot('lamp-17', toIso(ended))
    expect(alarm).toMatchObject({
      keptBy: [],
      sentence: expect.stringContaining('told at'),
    })
    expect(alarm?.toldAt).not.toBeNull()
    expect((await whyNot('lamp-17', at(darkSince, 10))).alarm).toBeNull()
  })

  it.each([
    ['a time that has not come', 'lamp-17', '2030-01-01T00:00:00Z', 400],
    ['a time without its zone', 'lamp-17', '2026-11-20T18:00', 400],
    ['no time', 'lamp-17', 'yesterday', 400],
    ['a time before anything was configured', 'lamp-17', '2020-01-01T00:00:00Z', 404],
    ['an asset that is not there', 'lamp-9999', '2026-11-20T17:01:00Z', 404],
    ['no asset', '', '2026-11-20T17:01:00Z', 400],
  ])('but not for %s', async (_, asset, when, status) => {
    const answer = await ask(asset, when)
    expect(answer).toMatchObject({ status })
    expect(answer.body).toMatchObject({ title: expect.any(String) })
  })

  it('nor of a rule that is not there, nor to those who may not see the past', async () => {
    expect(await ask('lamp-17', toIso(began), 'lamp-gone')).toMatchObject({ status: 404 })
    const desk = await service.logIn('kundtjanst@strandkoping.example')
    const refused = await desk.get('/rules/lamp-dark/why-not?asset=lamp-17')
    expect(refused).toMatchObject({ status: 403 })
    const url = `${service.http}/api/v1/rules/lamp-dark/why-not?asset=lamp-17`
    expect((await fetch(url)).status).toBe(401)
  })
})

const alarms = z.object({ alarms: z.array(alarmView) })

async function why(asset: string): Promise<WhyView> {
  const found = await eventually(
    async () =>
      alarms.parse((await engineer.get(`/alarms?asset=${asset}&which=all`)).body).alarms,
    (all) => all.some(({ rule }) => rule.id === 'lamp-dark'),
  )
  const id = found.find(({ rule }) => rule.id === 'lamp-dark')?.id
  const { status, body } = await engineer.get(`/alarms/${id}/why`)
  expect(status).toBe(200)
  return whyView.parse(body)
}

describe('GET /alarms/{id}/why', () => {
  it('has what the alarm was raised by, and whether people were told', async () => {
    const { alarm, evidence, recent, ruleVersion } = await why('lamp-17')
    expect(alarm).toMatchObject({ asset: { id: 'lamp-17' }, suppression: [] })
    expect(ruleVersion).toBeGreaterThan(0)
    expect(evidence).toMatchObject([{ role: 'missing', value: 61.6, limit: 20 }])
    const [raised] = recent
    expect(raised).toMatchObject({ event: 'raised', annunciated: true, suppression: [] })
    expect(raised?.at).toBe(at(darkSince, 20))
  })

  it('says that topology keeps it from people', async () => {
    const { alarm, recent } = await why('lamp-1')
    expect(alarm.suppression).toMatchObject([{ kind: 'topology' }])
    expect(recent.some(({ annunciated }) => annunciated)).toBe(false)
  })

  it('is not found for another id', async () => {
    expect(await engineer.get('/alarms/nothing/why')).toMatchObject({ status: 404 })
  })
})
