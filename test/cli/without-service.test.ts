import { cp, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { applyAnswer, linkAnswer, secretAnswer } from '../../src/api/local/answers.ts'
import { refusalOf } from '../support/problems.ts'
import { look, openDesk, rig, type Desk } from './run.ts'

// One data folder for all: every command starts the parts of the service for itself.
let desk: Desk
beforeAll(async () => {
  desk = await openDesk()
})
afterAll(() => desk[Symbol.asyncDispose]())

describe('gatuvakt apply', () => {
  it('shows the difference first, and changes nothing when a person says no', async () => {
    const asked: string[] = []
    const agree = (question: string): Promise<boolean> => {
      asked.push(question)
      return Promise.resolve(false)
    }
    const declined = await desk.runWith({ agree }, 'apply', rig)
    expect(asked).toEqual(['Apply this to waterworks?'])
    expect(declined.out).toMatch(/\+ organisation waterworks[^]*nothing was changed$/)
    const after = await desk.run('apply', rig, '--dry-run', '--json')
    const { changes } = applyAnswer.parse(JSON.parse(after.out))
    expect(changes.every(({ change }) => change === 'create')).toBe(true)
  })

  it('shows the difference and writes nothing on a dry run', async () => {
    const { code, out } = await desk.run('apply', rig, '--dry-run')
    expect(code).toBe(0)
    expect(out).toContain('  + asset rig-now')
    expect(out).toMatch(/^waterworks: \d+ changes, not applied \(dry run\)$/m)
    expect(await look(desk.data, (app) => app.configurations.organisations())).toEqual([])
  })

  it('brings it into force, and finds nothing to change the second time', async () => {
    const first = await desk.run('apply', rig, '--json')
    expect(first.code).toBe(0)
    expect(applyAnswer.parse(JSON.parse(first.out))).toMatchObject({
      organisation: 'waterworks',
      version: 1,
      mistakes: [],
    })
    expect(await desk.run('apply', rig)).toEqual({
      code: 0,
      out: 'waterworks: nothing to change',
      err: '',
    })
  })

  it('names every mistake by file, line and column, and changes nothing', async () => {
    const folder = join(desk.folder, 'waterworks')
    await cp(rig, folder, { recursive: true })
    const file = join(folder, 'rig.yaml')
    const text = await readFile(file, 'utf8')
    const broken = text.replace('type: WaterRig, public: true', 'tpe: WaterRig')
    await desk.file('waterworks/rig.yaml', `${broken}\nlamps: {}\n`)
    const line = text.split('\n').findIndex((one) => one.includes('rig-now: { name')) + 1
    const { code, out } = await desk.run('apply', folder)
    expect(code).toBe(3)
    expect(out).toContain('waterworks: nothing was changed, the files have mistakes:')
    expect(out).toMatch(new RegExp(`^ {2}rig.yaml:${line}:\\d+: .*tpe`, 'm'))
    expect(out).toMatch(/^ {2}rig.yaml:\d+:1: .*lamps/m)
    const json = await desk.run('apply', folder, '--json')
    expect(json.code).toBe(3)
    expect(applyAnswer.parse(JSON.parse(json.out)).mistakes[0]).toMatchObject({
      file: 'rig.yaml',
      line: expect.any(Number),
      column: expect.any(Number),
    })
    await rm(folder, { recursive: true })
  })

  it('says that there is no such folder', async () => {
    const { code, err } = await desk.run('apply', join(desk.folder, 'nowhere'))
    expect(code).toBe(4)
    expect(err).toContain('nowhere cannot be read')
  })
})

describe('gatuvakt init', () => {
  const lund = ['init', '--organisation', 'lund', '--name', 'Lunds kommun']
  const ada = ['--email', 'ada@lund.example']

  it('makes an organisation and a link that sets a password once', async () => {
    const { code, out } = await desk.run(...lund, ...ada)
    expect(code).toBe(0)
    const [words = '', link = ''] = out.split('\n')
    expect(words).toContain('ada@lund.example sets a password here, once')
    expect(link).toMatch(/^http:\/\/localhost:8080\/console\/set-password#\S{20,}$/)
    const token = new URL(link).hash.slice(1)
    await look(desk.data, async ({ identity }) => {
      await identity.setPassword(token, 'a long enough password')
      expect(
        await refusalOf(identity.setPassword(token, 'another long password')),
      ).toMatchObject({ what: expect.any(String) })
    })
  })

  it('refuses the same organisation again, and says what to do', async () => {
    const { code, out, err } = await desk.run(...lund, ...ada)
    expect({ code, out }).toEqual({ code: 3, out: '' })
    expect(err).toContain('there is an organisation lund already')
    expect(err).toContain('gatuvakt admin reset')
  })

  it('helps whoever is locked out with another link, and knows nobody else', async () => {
    const reset = ['admin', 'reset', '--organisation', 'lund', '--json', '--email']
    const { code, out } = await desk.run(...reset, 'Ada@lund.example')
    expect(code).toBe(0)
    const { link, user } = linkAnswer.parse(JSON.parse(out))
    expect(user).toBe('admin')
    const token = new URL(link).hash.slice(1)
    await look(desk.data, ({ identity }) =>
      identity.setPassword(token, 'yet another password'),
    )
    const nobody = await desk.run(...reset, 'eve@lund.example')
    expect(nobody).toMatchObject({ code: 4, out: '' })
  })
})

describe('gatuvakt device credential', () => {
  it('shows a secret that the broker takes, and its topic', async () => {
    const { code, out } = await desk.run(
      'device',
      'credential',
      'waterworks',
      'rig-now',
      '--json',
    )
    expect(code).toBe(0)
    const { username, secret, topics } = secretAnswer.parse(JSON.parse(out))
    expect(topics).toEqual(['rigs/waterworks/rig-now/measurement'])
    const login = await look(desk.data, ({ identity }) =>
      identity.deviceLogin(username, secret),
    )
    expect(login).toMatchObject({ device: 'rig-now', class: 'device' })
    const again = await desk.run('device', 'credential', 'waterworks', 'rig-now')
    expect(again.out).toMatch(/^secret +\S+ +\(shown this once\)$/m)
    expect(again.out).toContain('mosquitto_pub -h 127.0.0.1 -p 1883')
    expect(
      await look(desk.data, ({ identity }) => identity.deviceLogin(username, secret)),
    ).toBeUndefined()
  })

  it('says that there is no such device', async () => {
    const { code, err } = await desk.run('device', 'credential', 'waterworks', 'rig-9')
    expect(code).toBe(4)
    expect(err).toContain('rig-9')
  })
})

describe('gatuvakt sim', () => {
  it('ends with 5 where no town runs', async () => {
    const { code, err } = await desk.run('sim', '--fault', 'lamp-17:dark')
    expect(code).toBe(5)
    expect(err).toContain('no simulated town runs here')
  })
})
