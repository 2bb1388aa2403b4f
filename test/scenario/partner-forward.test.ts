import { expect, it } from 'vitest'
import { z } from 'zod'
import { tokenHash } from '../../src/cases/ids.ts'
import { caseDetailView, caseView } from '../../src/cases/views.ts'
import { MINUTE } from '../../src/domain/time.ts'
import { readFolder } from '../../src/configuration/read-folder.ts'
import {
  demoFolder,
  eventually,
  fjordvik,
  startService,
  strandkoping,
  type TestService,
} from '../support/service.ts'
import { temporaryFolder } from '../support/temporary.ts'
import { VirtualClock } from '../support/virtual-clock.ts'
import { allCases } from './look.ts'
import { report } from './people-say.ts'

/** The key by which the other organisation knows us; it stands among the secrets of our process. */
const key = `kv1_${'0'.repeat(12)}_${'A'.repeat(43)}`

/** What the two agreed on, once their addresses are known. */
async function agree({ app, local, http, clock }: TestService): Promise<void> {
  const receives =
    `receives: { url: '${http}/open311/v2/', jurisdiction: fjordvik.example, ` +
    'secret: fjordvik, otherwise: other }'
  const added = new Map([
    [strandkoping, ['partners.yaml', `  fjordvik: { name: Fjordvik, ${receives} }\n`]],
    [
      fjordvik,
      [
        'organisation.yaml',
        '  open311: { jurisdictions: [fjordvik.example], contact: x, keyService: y }\n' +
          'partners:\n  strandkoping: { name: Strandköping, extended: true, language: nb }\n',
      ],
    ],
  ] as const)
  for (const [organisation, [path, more]] of added) {
    const read = await readFolder(demoFolder(organisation))
    const files = read.files.map((file) =>
      file.path === path ? { path, text: file.text + more } : file,
    )
    const payload = { organisation, files }
    const answer = await local.inject({ method: 'POST', url: '/apply', payload })
    expect(answer.json()).toMatchObject({ mistakes: [] })
  }
  await app.database.write(fjordvik, 'normal', async ({ query }) => {
    await query
      .insertInto('open311_key')
      .values({
        organisation: fjordvik,
        id: '0'.repeat(12),
        client: 'strandkoping',
        secret_hash: tokenHash(key),
        created_at: clock.now(),
        revoked_at: null,
      })
      .execute()
  })
}

const remote = z.tuple([caseView])

it('hands a case to another organisation, and hears from it what became of it', async () => {
  await using folder = await temporaryFolder()
  const clock = new VirtualClock()
  await using service = await startService({
    folder: folder.path,
    clock,
    also: fjordvik,
    settings: { secrets: { fjordvik: key }, webhooks: { allow: ['127.0.0.0/8'] } },
  })
  await agree(service)
  const ours = await service.logIn('drift@strandkoping.example')
  const theirs = await service.logIn('drift@fjordvik.example', fjordvik)
  await report(service, {
    category: 'other',
    place: { lat: 58.35, lon: 11.43 },
    text: 'Hemliga ord om en läcka',
    language: 'sv',
    contact: { name: 'Åsa' },
  })
  const [one] = await allCases(ours)
  const { id = '', number = '', version = 0 } = one ?? {}
  const asked = { partner: 'fjordvik', version, text: 'Läcka vid gränsen' }
  const handed = await ours.post(`/cases/${id}/forward`, asked)
  expect(handed).toMatchObject({
    status: 200,
    body: { state: 'waiting_external' },
  })
  // Asked again, and from the machine itself, it is not sent again.
  expect((await ours.post(`/cases/${id}/forward`, asked)).status).toBe(409)
  const payload = { organisation: strandkoping, number, partner: 'fjordvik', text: 'x' }
  const again = await service.local.inject({
    method: 'POST',
    url: '/open311-forward',
    payload,
  })
  expect(again.statusCode).toBe(409)

  const [there] = remote.parse(await allCases(theirs))
  expect(there.reports).toEqual({ alarm: 0, human: 1 })
  const said = JSON.stringify(await theirs.get(`/cases/${there.id}`))
  expect(said).not.toMatch(/Hemliga|Åsa/)
  const closing = {
    to: 'closed',
    version: there.version,
    reason: 'no_fault_found',
    text: 'Ingen lekkasje her.',
  }
  const closed = await theirs.post(`/cases/${there.id}/move`, closing)
  expect(closed).toMatchObject({ status: 200 })

  const back = await eventually(
    async () => {
      // Small steps: a slow machine takes many, and a session ends after twelve hours.
      service.pass(MINUTE)
      return caseDetailView.parse((await ours.get(`/cases/${id}`)).body)
    },
    ({ state }) => state === 'investigating',
  )
  const heard = back.events.filter(({ kind }) => kind === 'partner_said')
  expect(heard).toHaveLength(1)
  expect(JSON.stringify(heard)).not.toContain('lekkasje')
})
