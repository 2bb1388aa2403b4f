import { randomUUID } from 'node:crypto'
import { expect, it } from 'vitest'
import { MINUTE, toIso } from '../../src/domain/time.ts'
import { expectLoop } from './field/story.ts'
import { sender, startTown } from './field/town.ts'

const device = '3f2a77b0-5e63-4a6e-9e0b-0e5c1b9d2a11'

it('TALQ: a luminaire whose gateway reports an event becomes a case, and recovers', async () => {
  await using town = await startTown({
    type: 'talq-luminaire',
    role: 'lampFailure',
    faultClass: 'light_out',
    connection: { protocol: 'http', format: 'talq' },
    address: { address: device },
  })
  const { token, address } = await sender(town)
  const gateway = randomUUID()
  const report = async (startEndFlag: boolean): Promise<void> => {
    town.service.pass(MINUTE)
    const query = new URLSearchParams({
      clientAddress: gateway,
      talqRequestId: randomUUID(),
    })
    const answer = await fetch(`${address}/log-reports?${query.toString()}`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${token}`,
        'content-type': 'application/json',
        'talq-api-version': '2.7.1',
      },
      body: JSON.stringify({
        address: 'logger-1',
        entries: [
          {
            data: {
              type: 'EventLogData',
              srcAddress: `${device}/lampMonitor`,
              timestamp: toIso(town.clock.now()),
              eventType: 'lampFailure',
              startEndFlag,
            },
          },
        ],
      }),
    })
    expect(answer.status).toBe(201)
  }
  await expectLoop(town, { well: () => report(false), faulty: () => report(true) })
})
