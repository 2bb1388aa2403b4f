import { beforeAll, afterAll, describe, expect, it } from 'vitest'
import { controlCharacters, openDesk, type Desk } from './run.ts'

let desk: Desk
beforeAll(async () => {
  desk = await openDesk()
})
afterAll(() => desk[Symbol.asyncDispose]())

const commands = [
  'start',
  'serve',
  'init',
  'admin reset',
  'apply',
  'import readings',
  'import assets',
  'device credential',
  'sim town',
  'sim replay',
  'log status',
  'log adopt',
  'quarantine list',
  'quarantine show',
  'quarantine replay',
  'replay',
]

describe('help', () => {
  it('lists every command, examples and exit codes', async () => {
    const { code, out } = await desk.run('--help')
    expect(code).toBe(0)
    const listed = [...out.matchAll(/^ {2}([a-z]+) .*/gm)].map(([, name]) => name)
    const known = new Set(commands.map((command) => command.split(' ')[0]))
    expect(known.difference(new Set(listed))).toEqual(new Set())
    expect(out).toContain('Examples:\n  gatuvakt start')
    expect(out).toContain('130 interrupted')
  })

  it.each(commands)(
    'of "%s" has an example that begins with the command',
    async (command) => {
      const { code, out, err } = await desk.run(...command.split(' '), '--help')
      expect({ code, err }).toEqual({ code: 0, err: '' })
      const [, examples = ''] = out.split(/Examples?:\n/)
      const [first] = command.split(' ')
      expect(examples).toMatch(new RegExp(`(gatuvakt|npm) (run )?${first}`))
      expect(controlCharacters(out)).toEqual([])
    },
  )

  it('of "sim" lists the faults', async () => {
    const { out } = await desk.run('sim', 'town', '--help')
    for (const fault of ['dark', 'cable', 'blocked', 'stuck', 'silent', 'mended']) {
      expect(out).toContain(`  ${fault}`)
    }
  })

  it('answers with the version', async () => {
    expect(await desk.run('--version')).toEqual({ code: 0, out: '0.1.0', err: '' })
  })
})

describe('wrong use', () => {
  it.each([
    ['an unknown command', ['frobnicate'], /unknown command 'frobnicate'/],
    ['an unknown option', ['serve', '--fast'], /unknown option '--fast'/],
    ['a missing option', ['init', '--name', 'x'], /--organisation <slug>' not specified/],
    ['a missing argument', ['apply'], /missing required argument 'folder'/],
    ['a missing command', ['device'], /Usage: gatuvakt device/],
    ['no command at all', [], /Usage: gatuvakt/],
    ['too many arguments', ['serve', 'now'], /too many arguments/],
  ])('of %s ends with 2 and says how it is used', async (_, args, text) => {
    const { code, out, err } = await desk.run(...args)
    expect(code).toBe(2)
    expect(out).toBe('')
    expect(err).toMatch(text)
  })

  it('of a port ends with 3 and names the setting', async () => {
    const { code, err } = await desk.run('serve', '--http-port', 'many')
    expect(code).toBe(3)
    expect(err).toContain('why:   http.port: ')
  })

  it('of --speed and --times ends with 3', async () => {
    const replay = ['sim', 'replay', 'x.csv', '--organisation', 'a', '--device', 'b']
    for (const wrong of [
      ['--speed', '0'],
      ['--speed', 'x'],
      ['--times', 'then'],
    ]) {
      const { code, err } = await desk.run(...replay, '--map', 'a=b', ...wrong)
      expect({ code, err }).toMatchObject({
        code: 3,
        err: expect.stringContaining('--speed 20'),
      })
    }
  })
})
