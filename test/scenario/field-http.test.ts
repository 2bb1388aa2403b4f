import { expect, it } from 'vitest'
import { MINUTE, toIso } from '../../src/domain/time.ts'
import { expectLoop } from './field/story.ts'
import { sender, startTown, vectorOf } from './field/town.ts'

it('HTTP: a logger that measures a burst becomes a case, and recovers', async () => {
  await using town = await startTown({
    type: 'brunn-tryck-1',
    role: 'burst',
    faultClass: 'pipe_burst',
    connection: { protocol: 'http', format: 'json', identity: { path: '$.logger' } },
    address: { id: 'BT-004711' },
  })
  const { token, address } = await sender(town)
  const messages = {
    well: (await vectorOf('brunn-tryck-1', 'measured')).payload,
    faulty: (await vectorOf('brunn-tryck-1', 'burst')).payload,
  }
  const post = async (which: keyof typeof messages): Promise<void> => {
    town.service.pass(MINUTE)
    const measured = toIso(town.clock.now())
    const answer = await fetch(address, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify(Object.assign({}, messages[which], { measured })),
    })
    expect(answer.status).toBe(200)
  }
  await expectLoop(town, { well: () => post('well'), faulty: () => post('faulty') })
})
