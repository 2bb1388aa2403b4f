import { once } from 'node:events'
import { createServer, request } from 'node:http'
import { isIP, type AddressInfo } from 'node:net'
import { expect, it } from 'vitest'
import { createAddressGuard } from '../../src/delivery/addresses.ts'
import { UndeliverableError } from '../../src/delivery/letter.ts'

it.each([
  '10.0.0.1',
  '127.0.0.1',
  '127.1',
  '0x7f.1',
  '169.254.169.254',
  '172.31.255.255',
  '192.168.1.1',
  '100.64.0.1',
  '0.0.0.0',
  '224.0.0.1',
  '255.255.255.255',
  '[::1]',
  '[::]',
  '[::ffff:10.0.0.1]',
  '[::ffff:7f00:1]',
  '[64:ff9b::a00:1]',
  '[2002:a00:1::]',
  '[fd00::1]',
  '[fe80::1]',
])('an address inside cannot be disguised: %s', (host) => {
  const { hostname } = new URL(`http://${host}/`)
  expect(() => createAddressGuard([]).check(hostname)).toThrow(UndeliverableError)
})

it.each([
  ['127.0.0.1.nip.io', ['127.0.0.1']],
  ['a name of the metadata of a cloud', ['169.254.169.254']],
  ['a name of the other family', ['::ffff:10.0.0.1']],
  ['a name without any', []],
])('an address inside is not reached by a name: %s', async (_, found) => {
  for (const all of [true, false]) {
    expect(await lookedUp(found, all)).toBeInstanceOf(UndeliverableError)
  }
})

it('an address inside is left out where a name has others, too', async () => {
  const found = ['10.0.0.1', '8.8.8.8', '::1']
  expect(await lookedUp(found, true)).toEqual([{ address: '8.8.8.8', family: 4 }])
  expect(await lookedUp(found, false)).toBe('8.8.8.8')
})

/** What a connection is given for a name that has these addresses: an error, one of them, or some. */
function lookedUp(found: readonly string[], all: boolean): Promise<unknown> {
  const guard = createAddressGuard([], (_name, _options, done) =>
    done(
      null,
      found.map((address) => ({ address, family: isIP(address) })),
    ),
  )
  return new Promise((resolve) => {
    guard.lookup('hook.example', { all }, (error, address) => resolve(error ?? address))
  })
}

it('an address inside is not reached by a name that says something else the second time', async () => {
  const answers = ['127.0.0.1', '169.254.169.254']
  const asked: string[] = []
  const guard = createAddressGuard(['127.0.0.0/8'], (name, _options, done) => {
    asked.push(name)
    done(null, [{ address: answers.shift() ?? '', family: 4 }])
  })
  const server = createServer((_request, response) => response.end()).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const where = { host: 'rebinding.example', port, lookup: guard.lookup, agent: false }
  const call = request({ ...where, method: 'POST' }).end()
  await once(call, 'response')
  expect(asked).toEqual(['rebinding.example'])
  server.close()
})

it.each(['8.8.8.8', '[2a00:1450:400f::1]', 'example.se'])(
  'an address outside is not one: %s',
  (host) => {
    expect(() => createAddressGuard([]).check(host)).not.toThrow()
  },
)
