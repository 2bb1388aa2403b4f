import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ruleCheckView, ruleTestView } from '../../src/api/rule-view.ts'
import { demo, openDesk, rig, type Desk } from './run.ts'

let desk: Desk
beforeAll(async () => {
  desk = await openDesk()
})
afterAll(() => desk[Symbol.asyncDispose]())

async function file(path: string, text: string): Promise<string> {
  const whole = join(desk.folder, path)
  await mkdir(dirname(whole), { recursive: true })
  await writeFile(whole, text)
  return whole
}

const lamp = (limits: string, more = ''): string => `rules:
  dark:
    name: { sv: a, nb: a, en: a }
    priority: 3
    assets: { type: Streetlight }
    condition: { kind: threshold, role: power, ${limits} }
    faultClass: light_out
${more}`

describe('gatuvakt rules --help', () => {
  it.each(['check', 'test', 'publish', 'explain', 'list'])(
    '%s shows an example',
    async (name) => {
      const { code, out } = await desk.run('rules', name, '--help')
      expect(code).toBe(0)
      expect(out).toContain(`gatuvakt rules ${name}`)
    },
  )
})

describe('gatuvakt rules check', () => {
  it('finds nothing wrong in the demo, and counts assets and tests', async () => {
    const { code, out, err } = await desk.run('rules', 'check', join(demo, 'rules'))
    expect({ code, err }).toEqual({ code: 0, err: '' })
    expect(out).toMatch(/lamp-dark {2}priority 3, threshold, matches \d+ assets, 4 tests/)
    expect(out).toContain('6 rules against the files of the organisation: nothing wrong')
  })

  it('counts assets that stand in the same file as the rules', async () => {
    const { code, out } = await desk.run('rules', 'check', join(rig, 'rig.yaml'))
    expect(code).toBe(0)
    expect(out).toContain('flow-low  priority 2, threshold, matches 2 assets, 0 tests')
    const alone = join(rig, '../circulation-rig/rig.yaml')
    expect((await desk.run('rules', 'check', alone)).out).toMatch(
      /matches 1 asset, \d+ tests?$/m,
    )
  })

  it('says file, line, what and what next, and ends with 3', async () => {
    const path = await file('loose/lights.yaml', lamp('abov: 3'))
    const { code, out } = await desk.run('rules', 'check', path)
    expect(code).toBe(3)
    expect(out).toContain(`${path}:6:`)
    expect(out).toContain('the key "abov" is unknown here')
    expect(out).toContain('next: did you mean "above"?')
  })

  it('holds a rule without an organisation against the schema alone, and says so', async () => {
    const path = await file('alone/lights.yaml', lamp('above: 3'))
    const { code, out } = await desk.run('rules', 'check', path)
    expect(code).toBe(0)
    expect(out).toContain('against the schema alone')
    expect(out).toContain('dark has no test')
  })

  it('doubts limits that no value can reach, names that are none, and long memories', async () => {
    const home = 'lund'
    await file(
      `${home}/organisation.yaml`,
      'organisation: { name: Lund, timezone: Europe/Stockholm, languages: [sv] }\n',
    )
    await file(
      `${home}/assets.yaml`,
      `assets:
  lamp-1: { name: Lamp 1, type: Streetlight }
devices:
  lamp-1: { type: acme/slc@1.0.0, asset: lamp-1 }
`,
    )
    await file(
      `${home}/device-types/slc/type.yaml`,
      `type: acme/slc@1.0.0
description: A lamp
interval: 1m
protocol: mqtt
mqtt: { topic: "gv/{organisation}/{device}" }
points:
  power: { path: $.power, unit: W, range: [0, 300] }
  door: { path: $.door, kind: state, enum: { 0: closed, 1: open } }
`,
    )
    const path = await file(
      `${home}/rules/lights.yaml`,
      lamp(
        'above: 3000',
        `  door:
    name: { sv: a, nb: a, en: a }
    priority: 3
    assets: { type: Streetlight }
    condition: { kind: state, role: door, in: [opened] }
    faultClass: door_open
  forgetful:
    name: { sv: a, nb: a, en: a }
    priority: 3
    assets: { type: Streetlight }
    condition: { kind: flatline, role: power, window: 90d }
    faultClass: stuck
`,
      ),
    )
    const { code, out } = await desk.run('rules', 'check', path, '--json')
    expect(code).toBe(0)
    const { against, rules, warnings } = ruleCheckView.parse(JSON.parse(out))
    expect(against).toBe('files')
    expect(rules.map(({ slug, assets }) => [slug, assets])).toEqual([
      ['dark', 1],
      ['door', 1],
      ['forgetful', 1],
    ])
    const told = warnings.map(({ line, what }) => `${line}: ${what}`)
    expect(told).toEqual(
      expect.arrayContaining([
        '6: power is never above 3000',
        '12: door is never "opened"',
        '18: the rule looks 90d back',
      ]),
    )
    expect((await desk.run('rules', 'check', path, '--strict')).code).toBe(3)
  })

  it('ends with 4 where there is nothing', async () => {
    const { code, err } = await desk.run('rules', 'check', join(desk.folder, 'nowhere'))
    expect(code).toBe(4)
    expect(err).toContain('next:')
  })
})

describe('gatuvakt rules test', () => {
  it('runs the tests of the demo', async () => {
    const { code, out } = await desk.run('rules', 'test', join(demo, 'rules'))
    expect(code).toBe(0)
    expect(out).toMatch(/(\d+) of \1 tests hold$/)
  })

  it('runs the tests that name a rule of the file', async () => {
    const { code, out } = await desk.run(
      'rules',
      'test',
      join(demo, 'rules/pumps.yaml'),
      '--json',
    )
    expect(code).toBe(0)
    const { tests } = ruleTestView.parse(JSON.parse(out))
    expect(new Set(tests.map(({ rule }) => rule))).toEqual(
      new Set(['well-high', 'pump-blocked', 'station-silent']),
    )
  })

  it('shows what was expected and what was seen, by file and line, and ends with 3', async () => {
    await file('tested/lights.yaml', lamp('above: 3'))
    const path = await file(
      'tested/lights.test.yaml',
      `tests:
  a:
    rule: dark
    series: { power: "2x3 4x3" }
    expect: [{ at: 2m, state: ACTIVE }]
`,
    )
    const { code, out } = await desk.run('rules', 'test', path)
    expect(code).toBe(3)
    expect(out).toContain('WRONG  dark: a')
    expect(out).toMatch(
      /lights\.test\.yaml:5:\d+: state of asset|lights\.test\.yaml:5: state of asset/,
    )
    expect(out).toContain('expected ACTIVE')
    expect(out).toContain('seen     NORMAL')
    expect(out).toContain('0 of 1 test hold')
  })
})
