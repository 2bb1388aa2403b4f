import { readFileSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { App } from '../../src/app.ts'
import { openDesk, startListening, type Desk, type Outcome } from '../cli/run.ts'
import { eventually } from '../support/service.ts'

const page = readFileSync(new URL('../../docs/rules.md', import.meta.url), 'utf8')

/** The page from top to bottom: files to write, commands to run, what they must say. */
type Step =
  | { readonly kind: 'file'; readonly path: string; readonly text: string }
  | { readonly kind: 'run'; readonly line: string; readonly said: readonly string[] }

function stepsOf(text: string): Step[] {
  const steps: Step[] = []
  const parts = /```(?<language>sh|yaml|text)\n(?<body>[^]*?)```/g
  for (const { groups = {} } of text.matchAll(parts)) {
    const { language, body = '' } = groups
    const lines = body.trimEnd().split('\n')
    if (language === 'sh') {
      steps.push(...lines.map((line): Step => ({ kind: 'run', line, said: [] })))
    } else if (language === 'yaml') {
      const path = /^# (\S+)$/.exec(lines[0] ?? '')?.[1] ?? ''
      steps.push({ kind: 'file', path, text: body })
    } else {
      const last = steps.pop()
      if (last?.kind === 'run') steps.push({ ...last, said: lines })
    }
  }
  return steps
}

/** As a shell would part them. */
function wordsOf(line: string): string[] {
  return [...line.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)].map(
    ([, single, double, plain]) => single ?? double ?? plain ?? '',
  )
}

describe('docs/rules.md', () => {
  let desk: Desk
  let service: App
  let here = ''

  beforeAll(async () => {
    desk = await openDesk()
    service = await startListening(desk.data)
    here = process.cwd()
    process.chdir(desk.folder)
  })
  afterAll(async () => {
    process.chdir(here)
    await service[Symbol.asyncDispose]()
    await desk[Symbol.asyncDispose]()
  })

  it('leads from a text to an alarm that explains itself', async () => {
    const steps = stepsOf(page)
    for (const step of steps) await take(step)
    expect(steps.filter(({ kind }) => kind === 'run').length).toBeGreaterThan(8)
  }, 120_000)

  async function take(step: Step): Promise<void> {
    if (step.kind === 'file') {
      const file = join(desk.folder, step.path)
      await mkdir(dirname(file), { recursive: true })
      await writeFile(file, step.text)
      return
    }
    const { line, said } = step
    const outcome = await eventually(
      () => run(line),
      // What was just heard is in the store a moment later.
      ({ out }) => !line.includes(' explain ') || said.every((one) => holds(out, one)),
    )
    const wanted = Number(/# exits with (\d+)$/.exec(line)?.[1] ?? 0)
    expect(outcome, `${line}\n${outcome.err}${outcome.out}`).toMatchObject({ code: wanted })
    for (const one of said) expect(squeezed(outcome.out)).toContain(squeezed(one))
  }

  function run(line: string): Promise<Outcome> {
    const [program, ...args] = wordsOf(line.replace(/ # .*$/, ''))
    expect(program).toBe('gatuvakt')
    const env = { GATUVAKT_MQTT__PORT: new URL(service.addresses.mqtt).port }
    return desk.runWith({ env }, ...args)
  }
})

function holds(out: string, line: string): boolean {
  return squeezed(out).includes(squeezed(line))
}

function squeezed(text: string): string {
  return text.replaceAll(/[ \t]+/g, ' ')
}
