import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { seededNumbers } from '../simulators/seeded-random.ts'
import { crash, type CrashResult } from './harness.ts'
import { kinds, makePlan } from './plan.ts'
import { findPaho } from './publisher.ts'

/** The exit codes of the `gatuvakt` commands. */
const exit = { ok: 0, usage: 2, missed: 6, interrupted: 130 } as const

const usage = `Usage: npm run -s crash -- [--kills n] [--seed n] [--only stage] [--mutant name] [--json]

Kills the service again and again while devices speak, and holds what it has in the end against what
they had acknowledged. See crash/README.md for the stages and for what must hold.

  --kills n         how often (default 300)
  --seed n          which kills; the same number plans the same ones (default: of the moment)
  --only stage      only this kind: ${kinds.join(', ')}
  --mutant name     plant a mistake that must be found: ack-before-append
  --json            print one last line of JSON: {"crash", "figures"}
  --help            this text

Exit codes: 0 everything holds, 2 wrong usage, 6 something does not (the data folder is kept and named).`

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => process.exit(exit.interrupted))
}
process.exitCode = await main(process.argv.slice(2).filter((word) => word !== '--'))

async function main(words: readonly string[]): Promise<number> {
  const asked = options(words)
  if (typeof asked === 'string') {
    console.error(`${asked}\nTry --help.`)
    return exit.usage
  }
  if (asked.help) {
    console.log(usage)
    return exit.ok
  }
  const python = await findPaho()
  if (python === undefined) {
    console.error('No python3 with paho-mqtt here. Debian: apt install python3-paho-mqtt')
    return exit.usage
  }
  const { kills, seed, only, mutant } = asked
  const plan = makePlan({ kills, random: seededNumbers(seed), only })
  const folder = await mkdtemp(join(tmpdir(), 'gatuvakt-crash-'))
  console.error(`crash: seed ${seed}, ${kills} kills`)
  const began = Date.now()
  const result = await crash({ plan, seed, folder, python, mutant, progress })
  const seconds = Math.round((Date.now() - began) / 1_000)
  report(result, seconds)
  if (asked.json) {
    console.log(JSON.stringify({ crash: { seed, seconds }, figures: result.figures }))
  }
  if (result.findings.length === 0) {
    await rm(folder, { recursive: true })
    return exit.ok
  }
  console.error(`crash: what is left of it is in ${folder}`)
  return exit.missed

  function progress(done: number, next: string): void {
    const line = `${done} of ${kills} kills · ${Math.round((Date.now() - began) / 1_000)} s · ${next}`
    if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${line}`)
    else if (done % 10 === 0 || done === kills) console.error(line)
  }
}

interface Options {
  readonly kills: number
  readonly seed: number
  readonly only: string | undefined
  readonly mutant: 'ack-before-append' | undefined
  readonly json: boolean
  readonly help: boolean
}

/** What was asked for, or what is wrong with it. */
function options(words: readonly string[]): Options | string {
  let values
  try {
    ;({ values } = parseArgs({
      args: [...words],
      options: {
        kills: { type: 'string', default: '300' },
        seed: { type: 'string', default: String(Date.now() % 1_000_000) },
        only: { type: 'string' },
        mutant: { type: 'string' },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    }))
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
  const { only, mutant, json, help } = values
  const [kills, seed] = [Number(values.kills), Number(values.seed)]
  if (!Number.isInteger(kills) || kills < 1 || kills > 10_000)
    return '--kills is 1 to 10000'
  if (!Number.isInteger(seed)) return '--seed is a whole number'
  if (only !== undefined && !kinds.includes(only))
    return `--only is one of ${kinds.join(', ')}`
  if (mutant !== undefined && mutant !== 'ack-before-append') {
    return 'the mutant is ack-before-append'
  }
  return { kills, seed, only, mutant, json, help }
}

function report({ figures, findings }: CrashResult, seconds: number): void {
  console.log(`\n${figures.kills} kills in ${seconds} s (Node ${process.version})`)
  for (const [name, value] of Object.entries(figures)) {
    console.log(`  ${name.padEnd(18)}${String(value).padStart(12)}`)
  }
  for (const finding of findings.slice(0, 50)) console.log(`  WRONG  ${finding}`)
  if (findings.length > 50) console.log(`  … and ${findings.length - 50} more`)
}
