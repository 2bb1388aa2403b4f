import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { cp } from 'node:fs/promises'
import { join } from 'node:path'
import { parse } from 'yaml'
import { z } from 'zod'

/** The files of a deployment as they lie in the repository. */

export const root = join(import.meta.dirname, '../..')

const strings = z.record(z.string(), z.string())

const service = z.looseObject({
  image: z.string(),
  environment: strings.default({}),
  ports: z.array(z.string()).default([]),
  secrets: z.array(z.string()).default([]),
  volumes: z.array(z.string()).default([]),
  profiles: z.array(z.string()).default([]),
  depends_on: z.record(z.string(), z.object({ condition: z.string() })).default({}),
  healthcheck: z.object({ test: z.array(z.string()).min(2) }).optional(),
  read_only: z.boolean().default(false),
  cap_drop: z.array(z.string()).default([]),
  security_opt: z.array(z.string()).default([]),
})

const compose = z.looseObject({
  services: z.record(z.string(), service),
  secrets: z.record(z.string(), z.object({ file: z.string() })),
  volumes: z.record(z.string(), z.null()),
})

export function text(path: string): string {
  return readFileSync(join(root, path), 'utf8')
}

/** What is written, before anything is filled in. */
export const composeDocument: unknown = parse(text('docker-compose.yml'))

/** With the defaults of variables filled in, as `docker compose up` does without an .env file. */
export const composeFile = compose.parse(parse(fillIn(text('docker-compose.yml'))))

/** `${NAME:-default}` becomes the default, `$$` becomes `$`; anything else is a mistake. */
export function fillIn(source: string): string {
  return source.replaceAll(
    /\$(?:\$|\{(\w+):-([^}]*)\}|.)/g,
    (whole, name: string | undefined, value: string | undefined) => {
      if (whole === '$$') return '$'
      if (name === undefined || value === undefined) throw new Error(`no default: ${whole}`)
      return value
    },
  )
}

/** Runs deploy/make-secrets into a copy of the folder; returns that copy's path. */
export async function deployWithSecrets(folder: string): Promise<string> {
  const copy = join(folder, 'deploy')
  await cp(join(root, 'deploy'), copy, {
    recursive: true,
    filter: (path) => !path.startsWith(join(root, 'deploy', 'secrets')),
  })
  execFileSync(join(copy, 'make-secrets'), { stdio: 'pipe' })
  return copy
}
