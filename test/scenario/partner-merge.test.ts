import { expect, it } from 'vitest'
import { caseDetailView, type CaseDetailView } from '../../src/cases/views.ts'
import { durationUs, MINUTE } from '../../src/domain/time.ts'
import { lamp } from '../support/devices-say.ts'
import { eventually, startService, type Person } from '../support/service.ts'
import { temporaryFolder } from '../support/temporary.ts'
import { VirtualClock } from '../support/virtual-clock.ts'
import { allCases, goDark } from './look.ts'
import { framed, partnerProgram, type Heard } from './partners-say.ts'

const minute = durationUs(MINUTE)

async function detail(staff: Person, id: string): Promise<CaseDetailView> {
  return caseDetailView.parse((await staff.get(`/cases/${id}`)).body)
}

interface Asked extends Readonly<Record<string, string>> {
  readonly id: string
  readonly step: string
}

/** With the version that the case has now; fails where it is refused. */
async function act(staff: Person, { id, step, ...asked }: Asked): Promise<void> {
  const { version } = await detail(staff, id)
  const answer = await staff.post(`/cases/${id}/${step}`, { version, ...asked })
  expect(answer).toMatchObject({ status: 200 })
}

const words = ({ status, external_status_code: code }: Heard) => [status, code]

it("tells FixaMinGata what becomes of a report that lies in a sensor's case, and that it no longer does", async () => {
  await using folder = await temporaryFolder()
  const clock = new VirtualClock()
  await using service = await startService({ folder: folder.path, clock })
  const staff = await service.logIn('drift@strandkoping.example')
  const fixamingata = await partnerProgram(service)
  await goDark(service)
  const [sensors] = await eventually(
    () => allCases(staff),
    (list) => list.length === 1,
  )
  service.pass(minute)

  // Nobody pointed at a lamp, so nothing joins by itself.
  const place = { service_code: 'other', lat: '58.35030', long: '11.43052' }
  const description = framed(7, 'Mörkt på Storgatan', 'Lyktan vid ån är svart.')
  const report = await fixamingata.send({ ...place, description })
  const cases = await allCases(staff)
  expect(cases).toHaveLength(2)
  const own = cases.find(({ number }) => number === report)
  const [id, into] = [own?.id ?? '', sensors?.id ?? '']
  expect(await fixamingata.heard()).toEqual([])

  await act(staff, { id, step: 'merge', into })
  service.pass(minute)
  const merged = await fixamingata.heard()
  expect(merged.map(words)).toEqual([['duplicate', 'duplicate']])
  expect(merged[0]).toMatchObject({
    service_request_id: report,
    description: `Dubblett av ärende ${sensors?.number}.`,
  })
  expect(await fixamingata.statusOf(report)).toEqual({
    status: 'duplicate',
    status_notes: `Dubblett av ärende ${sensors?.number}.`,
  })

  await act(staff, { id: into, step: 'move', to: 'in_progress' })
  service.pass(minute)
  await act(staff, { id, step: 'unmerge' })
  service.pass(minute)
  // What happens to the other case is no longer about this report.
  await act(staff, { id: into, step: 'say', to: 'public', text: 'Montören väntar.' })
  service.pass(minute)
  const apart = await fixamingata.heard()
  expect(apart.map(words)).toEqual([
    ['duplicate', 'duplicate'],
    ['in_progress', 'in_progress'],
    ['open', 'received'],
  ])
  expect(apart[2]?.description).toMatch(/inte samma fel/)
  expect(await fixamingata.statusOf(report)).toMatchObject({ status: 'open' })

  await act(staff, { id, step: 'merge', into })
  service.pass(minute)
  await service.say('lamp-17', lamp(clock.now(), 'lit'))
  await service.settle()
  service.pass(minute)
  const fixed = { to: 'closed', reason: 'fixed', text: 'Lampan är bytt.' }
  await eventually(
    () => detail(staff, into),
    ({ verify }) => verify,
  )
  await act(staff, { id: into, step: 'move', ...fixed })
  service.pass(minute)
  const all = await fixamingata.heard()
  expect(all.slice(3).map(words)).toEqual([
    ['duplicate', 'duplicate'],
    ['fixed', 'fixed'],
  ])
  expect(all.at(-1)?.description).toContain('Lampan är bytt.')

  // Whatever was told stays told, once, under its id and at its time.
  expect(all.slice(0, 3)).toEqual(apart)
  const ids = all.map(({ update_id: one }) => one)
  expect(new Set(ids).size).toBe(ids.length)
  const times = all.map(({ updated_datetime: at }) => at)
  expect(new Set(times).size).toBe(times.length)
  expect(times.toSorted()).toEqual(times)
  service.pass(minute)
  expect(await fixamingata.heard()).toEqual(all)
})
