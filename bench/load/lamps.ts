import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Saying, Street } from './lamps.process.ts'

/** A street of lamps in a process of its own, which say what they are told to. */
export interface Lamps extends Disposable {
  /** Resolves when the broker has acknowledged all of it. */
  say(saying: Omit<Saying, 'order'>): Promise<void>
}

export async function startLamps(street: Street): Promise<Lamps> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'lamps.process.ts')], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const waiting = new Map<number, () => void>()
  const gone = Promise.withResolvers<never>()
  gone.promise.catch(() => undefined)
  child.once('exit', () => gone.reject(new Error('the street is gone')))
  createInterface({ input: child.stdout }).on('line', (line) => {
    waiting.get(Number(line))?.()
    waiting.delete(Number(line))
  })
  async function tell(order: number, what: Street | Saying): Promise<void> {
    const done = new Promise<void>((resolve) => waiting.set(order, resolve))
    child.stdin.write(`${JSON.stringify(what)}\n`)
    await Promise.race([done, gone.promise])
  }
  await tell(0, street)
  let order = 0
  return {
    async say(saying: Omit<Saying, 'order'>): Promise<void> {
      order += 1
      await tell(order, { order, ...saying })
    },
    [Symbol.dispose]: () => void child.kill(),
  }
}
