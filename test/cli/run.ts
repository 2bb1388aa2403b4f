/** The commands, run in this process as the program runs them, with a terminal that keeps what is written. */

import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createProgram } from '../../src/cli/program.ts'
import { explain, type Terminal } from '../../src/cli/terminal.ts'
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
      colour: false,
      env: {},
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

/** Control characters that programs and logs must never be given. */
export function controlCharacters(text: string): readonly string[] {
  return [...text].filter((char) => char !== '\n' && /\p{Cc}/u.test(char))
}

export const demo = join(import.meta.dirname, '../../config/demo/strandkoping')
export const rig = join(import.meta.dirname, '../../config/examples/waterworks')
