import { expect, it } from 'vitest'
import { caseDetailView } from '../../src/cases/views.ts'
import { durationUs, MINUTE } from '../../src/domain/time.ts'
import { lamp } from '../support/devices-say.ts'
import { eventually, startService } from '../support/service.ts'
import { startSmtpSink } from '../support/smtp.ts'
import { temporaryFolder } from '../support/temporary.ts'
import { VirtualClock } from '../support/virtual-clock.ts'
import { allCases, goDark } from './look.ts'
import { darkOnLamp17, report } from './people-say.ts'

const accepted = 'Stolpen tas bort i vår; lampan byts inte.'

function asking(name: string) {
  const contact = { name, email: `${name}@example.se` }
  return { ...darkOnLamp17, wantsUpdates: true, contact }
}

it('makes one case of an alarm, two reports and a call, and tells the three how it ended', async () => {
  await using folder = await temporaryFolder()
  await using mail = await startSmtpSink()
  const clock = new VirtualClock()
  const { path } = folder
  await using service = await startService({ folder: path, clock, mailUrl: mail.url })
  const desk = await service.logIn('kundtjanst@strandkoping.example')
  await goDark(service)
  await eventually(
    () => allCases(desk),
    ([one]) => one?.reports.alarm === 1,
  )
  service.pass(MINUTE)
  await report(service, asking('asa'))
  await report(service, asking('bo'))
  const call = await desk.post('/cases', { ...asking('cia'), source: 'phone' })
  expect(call).toMatchObject({ status: 201, body: { known: { bySensor: true } } })

  const [one, ...others] = await allCases(desk)
  expect(others).toEqual([])
  expect(one?.reports).toEqual({ alarm: 1, human: 3 })
  const id = one?.id ?? ''
  const told = (what: string) =>
    mail.received.filter(({ source }) => source.includes(what)).flatMap(({ to }) => to)
  const lettersOf = async (what: string): Promise<readonly string[]> => {
    service.pass(durationUs(6_000_000))
    return told(what)
  }
  await eventually(
    () => lettersOf(one?.number ?? 'none'),
    (to) => to.length === 3,
  )

  // The lamp is well again: that alone closes nothing.
  await service.say('lamp-17', lamp(clock.now(), 'lit'))
  await service.settle()
  service.pass(MINUTE)
  const open = await eventually(
    async () => caseDetailView.parse((await desk.get(`/cases/${id}`)).body),
    ({ verify }) => verify,
  )
  expect(open.closedAt).toBeNull()

  // Accepting without action has to say why, and is not a mended lamp.
  const closing = { to: 'closed', version: open.version, reason: 'accepted_no_action' }
  expect((await desk.post(`/cases/${id}/move`, closing)).status).toBe(400)
  const closed = await desk.post(`/cases/${id}/move`, { ...closing, text: accepted })
  expect(closed.status).toBe(200)
  const ended = await eventually(
    () => lettersOf('Stolpen tas bort'),
    (to) => to.length === 3,
  )
  expect(ended.toSorted()).toEqual(['asa@example.se', 'bo@example.se', 'cia@example.se'])
  const { body } = await desk.get('/statistics')
  expect(body).toMatchObject({
    total: {
      reports: { people: 3, alarms: 1, bySource: { web: 2, phone: 1, alarm: 1 } },
      cases: { closed: 1, fixedShare: 0, byReason: { accepted_no_action: 1 } },
      alarmFirst: { share: 1, cases: 1 },
    },
  })
})
