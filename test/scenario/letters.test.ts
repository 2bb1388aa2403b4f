import { expect, it } from 'vitest'
import { caseDetailView } from '../../src/cases/views.ts'
import { durationUs, MINUTE, SECOND } from '../../src/domain/time.ts'
import { eventually, startService } from '../support/service.ts'
import { startSmtpSink } from '../support/smtp.ts'
import { temporaryFolder } from '../support/temporary.ts'
import { VirtualClock } from '../support/virtual-clock.ts'
import { allCases } from './look.ts'
import { darkOnLamp17, report } from './people-say.ts'

const count = (wanted: number) => (own: readonly string[]) => own.length === wanted

function idOf(source: string): string {
  return /^Message-ID: +(<\S+>)/im.exec(source)?.[1] ?? 'none'
}

function asking(name: string) {
  const contact = { name, email: `${name}@example.se` }
  return { ...darkOnLamp17, wantsUpdates: true, contact }
}

it('tells what happened in ten minutes in one letter, ends with one click, and shows what did not arrive', async () => {
  await using folder = await temporaryFolder()
  await using mail = await startSmtpSink((to) =>
    to.startsWith('gone@') ? '550 no such user' : undefined,
  )
  const clock = new VirtualClock()
  const { path } = folder
  await using service = await startService({ folder: path, clock, mailUrl: mail.url })
  const staff = await service.logIn('admin@strandkoping.example')
  const { receipt } = await report(service, asking('asa'))
  await report(service, asking('gone'))
  const lettersTo = async (whom: string): Promise<readonly string[]> => {
    service.pass(durationUs(6 * SECOND))
    const own = mail.received.filter(({ to }) => to[0] === `${whom}@example.se`)
    // As if the long lines of the head had never been folded; sent again, it is the same letter.
    const whole = own.map(({ source }) => source.replaceAll(/\r\n[ \t]+/g, ' '))
    return [...new Map(whole.map((source) => [idOf(source), source])).values()]
  }
  const [first = ''] = await eventually(() => lettersTo('asa'), count(1))
  expect(first).toContain(`/f/${receipt.token}/letters>`)

  const [one] = await allCases(staff)
  const move = async (to: string, more: object = {}) => {
    const { body } = await staff.get(`/cases/${one?.id}`)
    const { version } = caseDetailView.parse(body)
    const moved = await staff.post(`/cases/${one?.id}/move`, { to, version, ...more })
    expect(moved.status).toBe(200)
  }
  await move('investigating', { text: 'Vi tittar paa det.' })
  service.pass(MINUTE)
  await move('in_progress')
  service.pass(durationUs(11 * 60 * SECOND))
  const [, second = ''] = await eventually(() => lettersTo('asa'), count(2))
  expect(second).toContain('Vi tittar paa det.')
  expect(second).toContain('P=C3=A5g=C3=A5r')
  expect(second).toMatch(new RegExp(`References: +${idOf(first)}`))

  const listed = async () => {
    service.pass(durationUs(6 * SECOND))
    return await staff.get(`/letter-problems?case=${one?.id}`)
  }
  const problems = await eventually(
    listed,
    ({ body }) => [...JSON.stringify(body).matchAll(/"failed"/g)].length === 2,
  )
  expect(problems).toMatchObject({ status: 200, body: { incoming: [] } })
  expect(JSON.stringify(problems.body)).not.toContain('gone@')

  const click = await fetch(`${service.http}/f/${receipt.token}/letters`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: 'List-Unsubscribe=One-Click',
    redirect: 'error',
  })
  expect(click.status).toBe(200)
  await move('closed', { reason: 'fixed' })
  service.pass(durationUs(11 * 60 * SECOND))
  await service.settle()
  expect(await lettersTo('asa')).toHaveLength(2)
})
