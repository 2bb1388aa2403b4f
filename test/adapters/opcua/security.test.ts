import { expect, it } from 'vitest'
import { listenTo, startListening, startTestServer } from './town.ts'
import { until } from '../../support/until.ts'

it.each(['Aes256_Sha256_RsaPss', 'Aes128_Sha256_RsaOaep', 'Basic256Sha256'] as const)(
  'speaks %s, signed and encrypted',
  async (policy) => {
    await using server = await startTestServer()
    server.space.set('level', 1)
    await using listening = await listenTo(server, { settings: { security: { policy } } })
    await until(async () => (await listening.said('level')).length > 0)
    expect(listening.state()).toBe('online')
  },
)

const insecure = (expires: string) => ({
  security: { policy: 'None', mode: 'None', insecure: { accept: true, expires } },
})

it('speaks without security only until the day that somebody decided', async () => {
  await using server = await startTestServer()
  await using allowed = await listenTo(server, { settings: insecure('2200-01-01') })
  await until(async () => (await allowed.said('level')).length > 0)
  await using late = await startListening({
    port: server.port,
    settings: insecure('2020-01-01'),
  })
  await until(() => late.state() === 'offline')
  expect(late.adapter.health().detail).toContain('ended on 2020-01-01')
})

it('says that a server has no session left', async () => {
  await using server = await startTestServer({ options: { maxAllowedSessionNumber: 1 } })
  await using first = await listenTo(server)
  expect(first.state()).toBe('online')
  await using second = await startListening({
    port: server.port,
    trust: [server.fingerprint],
  })
  await until(() => second.state() === 'offline')
  expect(second.adapter.health().detail).toContain('BadTooManySessions')
})
