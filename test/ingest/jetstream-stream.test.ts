import { createRequire } from 'node:module'
import type { StreamConfig, StreamState } from 'nats'
import { describe, expect, it } from 'vitest'
import { damageOf, epochOf } from '../../src/ingest/jetstream-log/stream.ts'

describe('the client library as it comes', () => {
  it('gives up after ten tries two seconds apart, which the log must not', () => {
    const require = createRequire(import.meta.url)
    const { defaultOptions } = require('nats/lib/nats-base-client/options.js')
    expect(defaultOptions()).toMatchObject({
      maxReconnectAttempts: 10,
      reconnectTimeWait: 2_000,
      waitOnFirstConnect: false,
      ignoreAuthErrorAbort: false,
      pingInterval: 120_000,
      maxPingOut: 2,
    })
  })
})

describe('a stream', () => {
  const epoch = '0123456789abcdef'.repeat(2)
  const ours = {
    name: 'readings',
    subjects: [`readings.log.${epoch}.*`],
    retention: 'limits',
    storage: 'file',
    discard: 'new',
    max_age: 0,
    max_msgs: -1,
    max_msgs_per_subject: -1,
    allow_rollup_hdrs: false,
  } as StreamConfig

  it('has its epoch in its subjects', () => {
    expect(epochOf(ours)).toBe(epoch)
  })

  it.each([
    [{ subjects: ['orders.*'] }, 'other subjects'],
    [{ subjects: [...ours.subjects, 'orders.*'] }, 'other subjects'],
    [{ subjects: [] }, 'other subjects'],
    [{ name: 'orders' }, 'other subjects'],
    [{ retention: 'interest' }, 'retention interest'],
    [{ storage: 'memory' }, 'storage memory'],
    [{ discard: 'old' }, 'discard old'],
    [{ max_age: 1_000 }, 'max_age 1000'],
    [{ max_msgs: 5 }, 'max_msgs 5'],
    [{ max_msgs_per_subject: 1 }, 'max_msgs_per_subject 1'],
    [{ allow_rollup_hdrs: true }, 'allow_rollup_hdrs true'],
    [{ no_ack: true }, 'no_ack true'],
  ] as const)('is refused with %o', (other, why) => {
    expect(() => epochOf({ ...ours, ...other } as StreamConfig)).toThrow(
      expect.objectContaining({
        details: expect.objectContaining({ kind: 'conflict', why: `It has: ${why}` }),
      }),
    )
  })

  it.each([
    ['is whole', { messages: 5, first_seq: 3, last_seq: 7 }, undefined],
    ['is empty', { messages: 0, first_seq: 0, last_seq: 0 }, undefined],
    ['was purged', { messages: 0, first_seq: 8, last_seq: 7 }, undefined],
    [
      'had some taken out',
      { messages: 4, first_seq: 3, last_seq: 7, num_deleted: 1 },
      undefined,
    ],
    [
      'lacks some',
      { messages: 4, first_seq: 3, last_seq: 7 },
      'the server does not know what became of 1 commits',
    ],
    [
      'lost some',
      { messages: 5, first_seq: 3, last_seq: 7, lost: { msgs: null, bytes: 900 } },
      'the server says that it has lost 900 bytes',
    ],
  ])('that %s says so', (_, state, damage) => {
    expect(damageOf(state as unknown as StreamState)).toBe(damage)
  })
})
