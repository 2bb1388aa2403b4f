import { expect, it } from 'vitest'
import { colons } from '../../../src/adapters/opcua/trust.ts'
import { loadOpcua } from '../../../src/adapters/opcua/library.ts'
import {
  fingerprintOf,
  listenTo,
  serverIdentity,
  startListening,
  startTestServer,
  untilTrue,
} from './town.ts'

it('refuses a certificate that nobody approved, and shows its fingerprint', async () => {
  await using server = await startTestServer()
  await using listening = await startListening({ port: server.port })
  await untilTrue(() => listening.state() === 'offline')
  expect(listening.adapter.health().detail).toContain(colons(server.fingerprint))
  expect(listening.stored).toEqual([])
})

it('refuses a server whose approved certificate has ended', async () => {
  const identity = await serverIdentity('expired', { from: -30, days: 10 })
  await using server = await startTestServer({ identity })
  await using listening = await startListening({
    port: server.port,
    trust: [await fingerprintOf(identity)],
  })
  await untilTrue(() => listening.state() === 'offline')
  expect(listening.adapter.health().detail).toContain("the server's certificate ended on")
})

it.each(['Aes256_Sha256_RsaPss', 'Aes128_Sha256_RsaOaep', 'Basic256Sha256'] as const)(
  'speaks %s, signed and encrypted',
  async (policy) => {
    await using server = await startTestServer()
    server.space.set('level', 1)
    await using listening = await listenTo(server, { settings: { security: { policy } } })
    await untilTrue(async () => (await listening.said('level')).length > 0)
    expect(listening.state()).toBe('online')
  },
)

it('names what a server without security offers', async () => {
  const { SecurityPolicy, MessageSecurityMode } = await loadOpcua()
  await using server = await startTestServer({
    options: {
      securityPolicies: [SecurityPolicy.None],
      securityModes: [MessageSecurityMode.None],
    },
  })
  await using listening = await startListening({ port: server.port })
  await untilTrue(() => listening.state() === 'offline')
  expect(listening.adapter.health().detail).toContain('it offers None None')
})

const insecure = (expires: string) => ({
  security: { policy: 'None', mode: 'None', insecure: { accept: true, expires } },
})

it('speaks without security only until the day that somebody decided', async () => {
  await using server = await startTestServer()
  await using allowed = await listenTo(server, { settings: insecure('2200-01-01') })
  await untilTrue(async () => (await allowed.said('level')).length > 0)
  await using late = await startListening({
    port: server.port,
    settings: insecure('2020-01-01'),
  })
  await untilTrue(() => late.state() === 'offline')
  expect(late.adapter.health().detail).toContain('ended on 2020-01-01')
})

it('shows a user name and the password from the secrets', async () => {
  const options = {
    allowAnonymous: false,
    userManager: {
      isValidUser: (name: string, word: string) => name === 'reader' && word === 'tide',
    },
  }
  await using server = await startTestServer({ options })
  server.space.set('level', 1)
  const settings = { username: 'reader', password: { secret: 'plc' } }
  await using good = await listenTo(server, { settings, secrets: { plc: 'tide' } })
  await untilTrue(async () => (await good.said('level')).length > 0)
  await using wrong = await startListening({
    port: server.port,
    trust: [server.fingerprint],
    settings,
    secrets: { plc: 'ebb' },
  })
  await untilTrue(() => wrong.state() === 'offline')
  expect(wrong.adapter.health().detail).toContain('does not let the user reader in')
  await using missing = await startListening({
    port: server.port,
    trust: [server.fingerprint],
    settings,
  })
  await untilTrue(() => missing.state() === 'offline')
  expect(missing.adapter.health().detail).toContain('set secrets.plc')
})

it('says that a server has no session left', async () => {
  await using server = await startTestServer({ options: { maxAllowedSessionNumber: 1 } })
  await using first = await listenTo(server)
  expect(first.state()).toBe('online')
  await using second = await startListening({
    port: server.port,
    trust: [server.fingerprint],
  })
  await untilTrue(() => second.state() === 'offline')
  expect(second.adapter.health().detail).toContain('BadTooManySessions')
})
