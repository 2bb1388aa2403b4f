/** The commands, run in this process as the program runs them, with a terminal that keeps what is written. */

import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { startApp, type App } from '../../src/app.ts'
import { createProgram } from '../../src/cli/program.ts'
import { explain, type Terminal } from '../../src/cli/terminal.ts'
import { systemClock } from '../../src/clock.ts'
import { readConfig } from '../../src/config.ts'
import { systemRandom } from '../../src/random.ts'
import { quietLogger } from '../ingest/quiet-logger.ts'
import { temporaryFolder } from '../support/temporary.ts'

export interface Outcome {
  readonly code: number
  /** What programs read. */
  readonly out: string
  /** What people read. */
  readonly err: string
}

export interface Desk extends AsyncDisposable {
  readonly folder: string
  /** The data folder of the commands. */
  readonly data: string
  run(...args: readonly string[]): Promise<Outcome>
  /** The same on a terminal with other settings. */
  runWith(changes: Partial<Terminal>, ...args: readonly string[]): Promise<Outcome>
  /** Writes a file and gives its path. */
  file(name: string, text: string): Promise<string>
}

/** A folder for the data and the files of a test; no service runs on it. */
export async function openDesk(): Promise<Desk> {
  const temporary = await temporaryFolder()
  const folder = temporary.path
  const data = join(folder, 'data')
  const runWith: Desk['runWith'] = async (changes, ...args) => {
    const out: string[] = []
    const err: string[] = []
    const terminal: Terminal = {
      out: (text) => out.push(text),
      err: (text) => err.push(text),
      interactive: false,
      env: {},
      agree: () => Promise.resolve(true),
      stop: new AbortController().signal,
      ...changes,
    }
    const code = await createProgram(terminal, ['--data', data, ...args]).catch(
      (error: unknown) => explain(error, terminal),
    )
    return { code, out: out.join('\n'), err: err.join('\n') }
  }
  return {
    folder,
    data,
    runWith,
    run: (...args) => runWith({}, ...args),
    file: async (name, text) => {
      const path = join(folder, name)
      await writeFile(path, text)
      return path
    },
    [Symbol.asyncDispose]: () => temporary[Symbol.asyncDispose](),
  }
}

/** Looks at what the commands left behind in a data folder. */
export async function look<T>(data: string, at: (app: App) => Promise<T>): Promise<T> {
  await using app = await start(data, false)
  return await at(app)
}

/** A service that runs on the data folder, for commands to speak to. */
export function startListening(data: string): Promise<App> {
  return start(data, true)
}

function start(data: string, listen: boolean): Promise<App> {
  const flags = { data, http: { port: 0 }, mqtt: { port: 0 } }
  return startApp({
    config: readConfig({ env: {}, flags }),
    clock: systemClock,
    random: systemRandom,
    logger: quietLogger(),
    listen,
  })
}

/** Control characters that programs and logs must never be given. */
export function controlCharacters(text: string): readonly string[] {
  return text.replaceAll('\n', '').match(/\p{Cc}/gu) ?? []
}

export const demo = join(import.meta.dirname, '../../config/demo/strandkoping')
export const rig = join(import.meta.dirname, '../../config/examples/waterworks')
