import { existsSync } from 'node:fs'
import type { Command } from 'commander'
import { z } from 'zod'
import { readConfig, type Config } from '../config.ts'
import type { Terminal } from './terminal.ts'

const globalOptions = z.object({
  data: z.string().optional(),
  config: z.string().optional(),
})

/** The configuration of the process, from the command's options, the environment and the file. */
export function settings(
  command: Command,
  terminal: Terminal,
  flags: Readonly<Record<string, unknown>> = {},
): Config {
  const { data, config } = globalOptions.parse(command.optsWithGlobals())
  const file = config ?? (existsSync('gatuvakt.yaml') ? 'gatuvakt.yaml' : undefined)
  return readConfig({
    env: terminal.env,
    flags: { ...flags, ...(data !== undefined && { data }) },
    ...(file !== undefined && { file }),
  })
}
