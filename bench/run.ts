import { join } from 'node:path'
import { type BenchResult, isKept } from './result.ts'

// As the program does (`bin/gatuvakt`): a thread that starts finds its code compiled.
process.env['NODE_COMPILE_CACHE'] ??= join(
  import.meta.dirname,
  '../node_modules/.cache/gatuvakt',
)

/** The measured claims, one file each. A new bench is its file and a line here. */
const benches: Readonly<Record<string, () => Promise<{ run(): Promise<BenchResult> }>>> = {
  engine: () => import('./engine.ts'),
  ingest: () => import('./ingest.ts'),
  'catch-up': () => import('./catch-up.ts'),
  restart: () => import('./restart.ts'),
  store: () => import('./store.ts'),
  backtest: () => import('./backtest.ts'),
  adapters: () => import('./adapters.ts'),
  storm: () => import('./storm.ts'),
  cases: () => import('./cases.ts'),
}

/** The exit codes of the `gatuvakt` commands. */
const exit = { ok: 0, usage: 2, missed: 6 } as const

const usage = `Usage: npm run -s bench -- <name> [--json]

Runs one measured comparison and holds it against what we promise.

  <name>   ${Object.keys(benches).join(', ')}
  --json   print one last line of JSON: {"bench", "figures"}
  --help   this text

Exit codes: 0 all promises kept, 2 wrong usage, 6 a promise was missed.`

process.exitCode = await main(process.argv.slice(2).filter((word) => word !== '--'))

async function main(words: readonly string[]): Promise<number> {
  if (words.includes('--help')) {
    console.log(usage)
    return exit.ok
  }
  const [name = '', ...others] = words.filter((word) => word !== '--json')
  const load = Object.hasOwn(benches, name) ? benches[name] : undefined
  if (load === undefined || others.length > 0) {
    const what = name === '' ? 'Which bench?' : `No bench "${[name, ...others].join(' ')}".`
    console.error(`${what} There are: ${Object.keys(benches).join(', ')}. Try --help.`)
    return exit.usage
  }
  const bench = await load()
  const result = await bench.run()
  report(result)
  if (words.includes('--json')) {
    console.log(JSON.stringify({ bench: result.bench, figures: result.figures }))
  }
  return result.checks.every(isKept) ? exit.ok : exit.missed
}

function report({ bench, figures, checks }: BenchResult): void {
  console.log(`${bench} (Node ${process.version})`)
  for (const [name, value] of Object.entries(figures)) {
    console.log(`  ${name.padEnd(26)}${inGroups(value).padStart(14)}`)
  }
  for (const check of checks) {
    const verdict = isKept(check) ? 'kept  ' : 'MISSED'
    const promise = 'least' in check ? check.least : check.most
    const bound = 'least' in check ? 'at least' : 'at most'
    console.log(
      `  ${verdict}  ${inGroups(check.measured)} ${check.name}, promised ${bound} ${inGroups(promise)}`,
    )
  }
}

function inGroups(value: number): string {
  return value.toLocaleString('en-GB', { maximumFractionDigits: 2 })
}
