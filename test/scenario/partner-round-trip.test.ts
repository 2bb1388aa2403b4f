import { expect, it } from 'vitest'
import { z } from 'zod'
import { caseDetailView } from '../../src/cases/views.ts'
import { organisationId } from '../../src/domain/ids.ts'
import { durationUs, MINUTE } from '../../src/domain/time.ts'
import { startService } from '../support/service.ts'
import { temporaryFolder } from '../support/temporary.ts'
import { VirtualClock } from '../support/virtual-clock.ts'
import { allCases } from './look.ts'
import { framed, partnerProgram } from './partners-say.ts'

const gront = organisationId.parse('gront')

const versioned = z.object({ version: z.int(), state: z.string() })

it('takes a report of FixaMinGata to a contractor and back, however often it was sent', async () => {
  await using folder = await temporaryFolder()
  const clock = new VirtualClock()
  const logged: string[] = []
  await using service = await startService({
    folder: folder.path,
    clock,
    also: gront,
    hearLog: (line) => logged.push(line),
  })
  const staff = await service.logIn('drift@strandkoping.example')
  const contractor = await service.logIn('gro@gront.example', gront)
  const fixamingata = await partnerProgram(service)

  const report = {
    service_code: 'green-area',
    lat: '58.350100',
    long: '11.430300',
    first_name: 'Åsa',
    last_name: 'Öberg',
    email: 'asa@example.org',
    description: framed(8, 'Träd över gångvägen', 'En gren hänger\r\növer stigen.'),
  }
  // The answer to the first was lost on its way, and the program is impatient.
  const once = await fixamingata.send(report)
  const again = await Promise.all(
    Array.from({ length: 20 }, () => fixamingata.send(report)),
  )
  expect(new Set([once, ...again])).toEqual(new Set([once]))
  const [one, ...others] = await allCases(staff)
  expect(others).toEqual([])
  expect(one).toMatchObject({ number: once, reports: { alarm: 0, human: 1 } })
  const id = one?.id ?? ''
  const desk = await service.logIn('kundtjanst@strandkoping.example')
  expect(
    caseDetailView.parse((await desk.get(`/cases/${id}`)).body).reporters,
  ).toMatchObject([
    {
      name: 'Åsa Öberg',
      email: 'asa@example.org',
      text: 'Träd över gångvägen\n\nEn gren hänger\növer stigen.\n\nhttps://fixamingata.example/report/8',
    },
  ])

  const theirs = `/contractor/cases/strandkoping/${id}`
  for (const to of ['assigned', 'in_progress', 'done_reported']) {
    const { version } = versioned.parse((await contractor.get(theirs)).body)
    const moved = await contractor.post(`${theirs}/move`, {
      to,
      version,
      text: 'Grenen är borta.',
    })
    expect(moved).toMatchObject({ status: 200 })
    service.pass(durationUs(MINUTE))
  }
  const open = await fixamingata.heard()
  expect(open.map(({ status }) => status)).toEqual(['open', 'in_progress', 'in_progress'])
  expect(await fixamingata.statusOf(once)).toMatchObject({ status: 'in_progress' })

  const { version } = caseDetailView.parse((await staff.get(`/cases/${id}`)).body)
  const closing = { to: 'closed', reason: 'fixed', version }
  expect((await staff.post(`/cases/${id}/move`, closing)).status).toBe(200)
  service.pass(durationUs(MINUTE))
  const told = await fixamingata.heard()
  expect(told.slice(0, open.length)).toEqual(open)
  expect(told.slice(open.length)).toMatchObject([
    { service_request_id: once, status: 'fixed', external_status_code: 'fixed' },
  ])
  expect(JSON.stringify(told)).not.toMatch(/Åsa|Öberg|asa@|gren hänger|Grenen är borta/)
  // Keys come in addresses too; they stand in no log, nor does anybody's name.
  expect(logged.length).toBeGreaterThan(0)
  expect(
    logged.filter((line) => /Öberg|asa@/.test(line) || line.includes(fixamingata.key)),
  ).toEqual([])
  // Sent once more after all that, it is still the same report.
  expect(await fixamingata.send(report)).toBe(once)
  expect(await allCases(staff)).toHaveLength(1)
})
