import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { expect, it } from 'vitest'
import { freePorts, serve } from '../support/process.ts'
import { temporaryFolder } from '../support/temporary.ts'
import { controlCharacters, demo } from './run.ts'

const program = join(import.meta.dirname, '../../bin/gatuvakt')

/** The program as people start it, its output piped. */
async function gatuvakt(...args: readonly string[]) {
  const child = spawn(process.execPath, [program, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NO_COLOR: '1' },
  })
  const [out, err, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'exit') as Promise<[number | null]>,
  ])
  return { code, out, err }
}

it('writes answers and messages apart, without colours where nobody looks', async () => {
  await using folder = await temporaryFolder()
  const { code, out, err } = await gatuvakt(
    '--data',
    folder.path,
    'apply',
    demo,
    '--dry-run',
  )
  expect({ code, err }).toEqual({ code: 0, err: '' })
  expect(out).toContain('  + asset lamp-17')
  expect(controlCharacters(out)).toEqual([])
})

it('ends with the code of what went wrong, and says it on standard error', async () => {
  await using folder = await temporaryFolder()
  const missing = await gatuvakt('--data', folder.path, 'apply', join(folder.path, 'away'))
  expect(missing).toMatchObject({ code: 4, out: '' })
  expect(missing.err).toMatch(/^gatuvakt: .*away/)
  expect(controlCharacters(missing.err)).toEqual([])
})

it('refuses a port that is taken with 5, and ends with 0 when it is asked to', async () => {
  await using folder = await temporaryFolder()
  const ports = await freePorts()
  const taken = createServer().listen(ports.http, '127.0.0.1')
  await once(taken, 'listening')
  const refused = serve(folder.path, ports)
  expect(await refused.ended).toBe(5)
  expect(refused.said()).toContain(`port ${ports.http} for HTTP is taken`)
  expect(controlCharacters(refused.said())).toEqual([])
  taken.close()
  await once(taken, 'close')
  const service = serve(folder.path, ports)
  await service.ready
  expect(service.said()).toContain(`ready at http://localhost:${ports.http}`)
  service.child.kill('SIGTERM')
  expect(await service.ended).toBe(0)
})
