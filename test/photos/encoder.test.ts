import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { systemClock } from '../../src/clock.ts'
import { createEncoder, type Encoder } from '../../src/photos/encoder.ts'
import { IDLE, PATIENCE, QUEUED_BYTES, QUEUED_UPLOADS } from '../../src/photos/limits.ts'
import { createManualClock, type ManualClock } from '../support/manual-clock.ts'
import { jpeg } from './pictures.ts'

const program = new URL('hanging-process.ts', import.meta.url)
const damaged = { kind: 'damaged' }
const hangs = Buffer.from([1])
const crashes = Buffer.from([2])
const answers = Buffer.from([3])

describe('a process that has faults', () => {
  let clock: ManualClock
  let encoder: Encoder

  beforeEach(() => {
    clock = createManualClock()
    encoder = createEncoder({ realTime: clock, program })
  })
  afterEach(async () => {
    await encoder[Symbol.asyncDispose]()
  })

  it('is ended when it hangs, and the next picture gets a new one', async () => {
    const first = await pidOf(encoder)
    const hung = encoder.encode(hangs)
    const after = pidOf(encoder)
    clock.advance(PATIENCE)
    expect(await hung).toEqual(damaged)
    expect(await after).not.toBe(first)
  })

  it('may die: whatever it worked on is refused, what waits is done', async () => {
    const [crashed, after] = await Promise.all([encoder.encode(crashes), pidOf(encoder)])
    expect(crashed).toEqual(damaged)
    expect(after).not.toBe('')
  })

  it('says so when it does not start at all: no picture is to blame', async () => {
    await using broken = createEncoder({
      realTime: clock,
      program: new URL('is-not-there.ts', import.meta.url),
    })
    await expect(broken.encode(answers)).rejects.toMatchObject({
      details: {
        kind: 'unavailable',
        why: 'The process that reads pictures does not start',
      },
    })
  })

  it('takes who comes while it is being replaced', async () => {
    const hung = encoder.encode(hangs)
    clock.advance(PATIENCE)
    const meanwhile = pidOf(encoder)
    expect(await hung).toEqual(damaged)
    expect(await meanwhile).not.toBe('')
    expect(await pidOf(encoder)).toBe(await meanwhile)
  })

  it('is the same for many pictures and another after a quiet minute', async () => {
    const first = await pidOf(encoder)
    expect(await pidOf(encoder)).toBe(first)
    clock.advance(IDLE)
    expect(await pidOf(encoder)).not.toBe(first)
  })

  it('has a bounded queue', async () => {
    const all = Promise.allSettled(
      Array.from({ length: QUEUED_UPLOADS + 1 }, () => encoder.encode(hangs)),
    )
    await expect(encoder.encode(answers)).rejects.toMatchObject({
      details: { kind: 'unavailable' },
    })
    await encoder[Symbol.asyncDispose]()
    expect((await all).every(({ status }) => status === 'rejected')).toBe(true)
  })

  it('bounds the bytes that wait, too', async () => {
    const hung = encoder.encode(hangs)
    const large = Buffer.alloc(QUEUED_BYTES, 3)
    const waits = encoder.encode(large)
    await expect(encoder.encode(answers)).rejects.toMatchObject({
      details: { kind: 'unavailable' },
    })
    clock.advance(PATIENCE)
    await Promise.all([hung, waits])
    expect(await pidOf(encoder)).not.toBe('')
  })
})

describe('the real process', () => {
  it('makes a picture, without rights to anything else', async () => {
    await using encoder = createEncoder({ realTime: systemClock })
    const made = await encoder.encode(await jpeg({ width: 600, height: 400 }))
    expect(made).toMatchObject({ width: 600, height: 400 })
  })
})

async function pidOf(encoder: Encoder): Promise<string> {
  const answer = await encoder.encode(answers)
  return 'kind' in answer && answer.kind === 'unknown' ? (answer.type ?? '') : ''
}
