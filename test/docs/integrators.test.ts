import { readFileSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { once } from 'node:events'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { App } from '../../src/app.ts'
import { organisationId } from '../../src/domain/ids.ts'
import { openDesk, startListening, type Desk, type Outcome } from '../cli/run.ts'
import { eventually } from '../support/service.ts'

const page = readFileSync(new URL('../../docs/integrators.md', import.meta.url), 'utf8')
const lund = organisationId.parse('lund')

/** The page from top to bottom: files to write, commands to run, what they must say, what must be. */
type Step =
  | { readonly kind: 'file'; readonly path: string; readonly text: string }
  | { readonly kind: 'run'; readonly line: string }
  | { readonly kind: 'said'; readonly lines: readonly string[] }
  | { readonly kind: 'case' | 'swapped'; readonly asset: string }

function stepsOf(text: string): Step[] {
  const parts =
    /```(?<language>sh|yaml|text)\n(?<body>[^]*?)```|<!-- (?<kind>case|swapped): (?<asset>\S+) -->/g
  return [...text.matchAll(parts)].flatMap(({ groups = {} }): Step[] => {
    const { language, body = '', kind, asset = '' } = groups
    if (kind === 'case' || kind === 'swapped') return [{ kind, asset }]
    const lines = body.trimEnd().split('\n')
    if (language === 'sh') return lines.map((line) => ({ kind: 'run', line }))
    if (language === 'text') return [{ kind: 'said', lines }]
    const path = /^# (\S+)$/.exec(lines[0] ?? '')?.[1] ?? ''
    return [{ kind: 'file', path, text: body }]
  })
}

/** As a shell would part them. */
function wordsOf(line: string): string[] {
  return [...line.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)].map(
    ([, single, double, plain]) => single ?? double ?? plain ?? '',
  )
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  return typeof address === 'object' && address !== null ? address.port : 0
}

describe('docs/integrators.md', () => {
  let desk: Desk
  let service: App
  let steps: readonly Step[]
  const stop = new AbortController()
  const background: Promise<Outcome>[] = []
  let last: Outcome = { code: 0, out: '', err: '' }
  let here = ''

  beforeAll(async () => {
    desk = await openDesk()
    service = await startListening(desk.data)
    const [modbus, opcua] = [await freePort(), await freePort()]
    const text = page
      .replaceAll('127.0.0.1:5020', `127.0.0.1:${modbus}`)
      .replaceAll('port: 5020', `port: ${modbus}`)
      .replaceAll('127.0.0.1:4841', `127.0.0.1:${opcua}`)
    steps = stepsOf(text)
    here = process.cwd()
    process.chdir(desk.folder)
  })
  afterAll(async () => {
    stop.abort()
    await Promise.all(background)
    process.chdir(here)
    await service[Symbol.asyncDispose]()
    await desk[Symbol.asyncDispose]()
  })

  it('leads, step by step, from an empty folder to three opened cases', async () => {
    for (const step of steps) await take(step)
    expect(steps.filter(({ kind }) => kind === 'case')).toHaveLength(3)
  }, 240_000)

  async function take(step: Step): Promise<void> {
    switch (step.kind) {
      case 'file': {
        const file = join(desk.folder, step.path)
        await mkdir(dirname(file), { recursive: true })
        await writeFile(file, step.text)
        return
      }
      case 'run':
        return run(step.line)
      case 'said':
        return said(step.lines)
      case 'case':
        await caseOf(step.asset)
        return
      case 'swapped':
        return swapped(step.asset)
    }
  }

  async function run(line: string): Promise<void> {
    const inBackground = line.endsWith('&')
    const wanted = Number(/# exits with (\d+)$/.exec(line)?.[1] ?? 0)
    const [program, ...args] = wordsOf(line.replace(/ (?:&|# .*)$/, ''))
    expect(program).toBe('gatuvakt')
    const env = { GATUVAKT_MQTT__PORT: new URL(service.addresses.mqtt).port }
    if (!inBackground) {
      last = await desk.runWith({ env }, ...args)
      expect(last, `${line}\n${last.err}${last.out}`).toMatchObject({ code: wanted })
      return
    }
    const said: string[] = []
    const out = (text: string): void => void said.push(text)
    const ending = desk.runWith({ env, out, stop: stop.signal }, ...args)
    background.push(ending)
    await eventually(
      () => Promise.resolve(said),
      (lines) => lines.length > 0,
    )
  }

  function said(lines: readonly string[]): void {
    for (const line of lines) expect(squeezed(last.out)).toContain(squeezed(line))
  }

  /** The open case of the asset, once there is one. */
  async function caseOf(asset: string): Promise<string> {
    const rows = await eventually(
      () =>
        service.database
          .read(lund)
          .selectFrom('case')
          .select(['id', 'asset'])
          .where('asset', '=', asset)
          .execute(),
      (found) => found.length > 0,
    )
    return rows[0]?.id ?? ''
  }

  /** One curve over both devices, and still the one alarm. */
  async function swapped(asset: string): Promise<void> {
    const query = service.database.read(lund)
    const bindings = await query
      .selectFrom('binding')
      .select(['device', 'role', 'valid_from', 'valid_to'])
      .where('asset', '=', asset)
      .where('role', '=', 'power')
      .orderBy('valid_from')
      .execute()
    expect(bindings).toMatchObject([
      { device: 'lamp-1', valid_to: bindings[1]?.valid_from },
      { device: 'lamp-1-new', valid_to: null },
    ])
    const alarms = await query
      .selectFrom('alarm')
      .selectAll()
      .where('asset', '=', asset)
      .execute()
    expect(alarms).toHaveLength(1)
  }
})

function squeezed(text: string): string {
  return text.replaceAll(/[ \t]+/g, ' ')
}
