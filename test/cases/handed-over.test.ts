import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { z } from 'zod'
import { openPeer } from '../open311/peer.ts'
import { startService, type Person } from '../support/service.ts'
import { temporaryFolder } from '../support/temporary.ts'
import { VirtualClock } from '../support/virtual-clock.ts'

const words = 'Ring Kim 0523-98 76 54 om rasterna.'
const taken = z.object({ case: z.string() })
const detail = z.object({
  version: z.int(),
  state: z.string(),
  events: z.array(
    z.object({
      kind: z.string(),
      visibility: z.string(),
      data: z.record(z.string(), z.unknown()),
    }),
  ),
  reporters: z.array(z.object({ report: z.string() })).nullable(),
})

const given =
  '<service_requests><request><service_request_id>X1</service_request_id></request></service_requests>'

async function read(staff: Person, id: string) {
  return detail.parse((await staff.get(`/cases/${id}`)).body)
}

/** What staff see of its handing over. */
async function handedOver(staff: Person, id: string) {
  const { events } = await read(staff, id)
  return events.filter(({ kind }) => kind === 'forwarded').map(({ data }) => data)
}

it('what another organisation is told stands in the history for staff, under the case’s key, until somebody is erased', async () => {
  await using folder = await temporaryFolder()
  await using peer = await openPeer(() => [200, given])
  await using service = await startService({
    folder: folder.path,
    clock: new VirtualClock(),
    settings: { webhooks: { allow: ['127.0.0.0/8'] }, secrets: { fjordvik: 'k' } },
    edit: (path, text) =>
      path.endsWith('partners.yaml')
        ? text.replace('http://127.0.0.1:8080/open311/v2/', peer.url)
        : text,
  })
  const staff = await service.logIn('admin@strandkoping.example')
  const created = await staff.post('/cases', {
    category: 'street-damage',
    place: { lat: 58.3529, lon: 11.4261 },
    source: 'phone',
    text: 'Hål',
    language: 'sv',
    contact: { name: 'Kim' },
  })
  const { case: id } = taken.parse(created.body)
  const { version } = await read(staff, id)
  const asked = { partner: 'fjordvik', version, text: `  ${words} ` }
  const forwarded = await staff.post(`/cases/${id}/forward`, asked)
  expect(forwarded.status).toBe(200)
  expect(peer.received[0]?.form.get('description')).toContain(words)

  const operations = await service.logIn('drift@strandkoping.example')
  for (const one of [staff, operations]) {
    const told = { outside: 'Fjordvik kommune', text: words }
    expect(await handedOver(one, id)).toMatchObject([told])
  }
  const { events, reporters, state } = await read(staff, id)
  expect(state).toBe('waiting_external')
  expect(events.find(({ kind }) => kind === 'forwarded')?.visibility).toBe('internal')
  const kept = ['gatuvakt.sqlite', 'gatuvakt.sqlite-wal'].map((name) =>
    readFile(join(folder.path, name)),
  )
  for (const bytes of await Promise.all(kept))
    expect(bytes.includes('98 76 54')).toBe(false)

  const [reporter] = reporters ?? []
  const erased = await staff.post(`/cases/${id}/erase`, { report: reporter?.report })
  expect(erased.status).toBe(200)
  const [left, ...more] = await handedOver(staff, id)
  expect(more).toEqual([])
  expect(left).toHaveProperty('reference')
  expect(left).not.toHaveProperty('text')
})
