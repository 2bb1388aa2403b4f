import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { CaseActor, NewReport } from '../../src/cases/cases.ts'
import { north } from '../support/database.ts'
import { anna, aReport, openTown, type Town } from './town.ts'

const kim: CaseActor = { role: 'customer_service', name: 'user:kim' }
const text = 'Lampan tänds när elen är tillbaka.'

let town: Town
beforeEach(async () => {
  town = await openTown()
})
afterEach(() => town[Symbol.asyncDispose]())

function answered(changes: Partial<NewReport> = {}): NewReport {
  const answer = { by: kim, reason: 'opinion_answered', text } as const
  return aReport({ source: 'phone', actor: kim.name, answered: answer, ...changes })
}

const events = async (id: string) => (await town.cases.get(north, id, false)).events
const nothing = async () => {
  expect(await town.cases.list(north, { which: 'all', limit: 10 })).toEqual([])
}

describe('a report that is answered while it is taken down', () => {
  it('is a case like every other, closed at once, and says so', async () => {
    const receipt = await town.cases.report(north, answered())
    const view = await town.cases.get(north, receipt.case, false)
    expect(view).toMatchObject({ state: 'closed', closingReason: 'opinion_answered' })
    const told = await events(receipt.case)
    expect(told.map(({ kind }) => kind)).toEqual([
      'opened',
      'routed',
      'moved',
      'first_contact',
    ])
    const { report } = told[0]?.data ?? {}
    expect(told.at(-1)).toMatchObject({
      actor: 'user:kim',
      visibility: 'internal',
      data: { report, source: 'phone' },
    })
    const seen = await town.cases.follow(receipt.token)
    expect(seen).toMatchObject({ closingText: text, state: 'closed' })
    expect(JSON.stringify(seen)).not.toContain('first_contact')
  })

  it('is one, however often it is sent', async () => {
    const report = answered({ idempotencyKey: 'call-1' })
    const { case: id } = await town.cases.report(north, report)
    expect((await town.cases.report(north, report)).case).toBe(id)
    expect((await events(id)).filter(({ kind }) => kind === 'first_contact')).toHaveLength(
      1,
    )
  })

  it('closes no case that others wait for, and is not kept then', async () => {
    const { case: id, number } = await town.cases.report(north, aReport())
    await expect(town.cases.report(north, answered())).rejects.toMatchObject({
      details: { kind: 'conflict', where: 'answered', facts: { case: id, number } },
    })
    const { reports, state } = await town.cases.get(north, id, false)
    expect([reports.human, state]).toEqual([1, 'received'])
  })

  it('asks for no case to be opened again that was closed a while ago', async () => {
    const { case: id } = await town.cases.report(north, aReport())
    const close = { to: 'closed', reason: 'fixed', version: 1, by: anna } as const
    await town.cases.move(north, id, close)
    await expect(town.cases.report(north, answered())).rejects.toMatchObject({
      details: { kind: 'conflict', where: 'answered' },
    })
    expect((await town.cases.get(north, id, false)).state).toBe('closed')
  })

  it.each<[string, Partial<NonNullable<NewReport['answered']>>, string]>([
    ['without a reason that is one', { reason: 'duplicate' }, 'target'],
    ['without the name of who has it', { reason: 'not_responsible' }, 'outside'],
    ['with a personal identity number', { text: 'Det var 811218-9876.' }, 'text'],
    [
      'by one who may close nothing',
      { by: { role: 'reporter', name: 'citizen' } },
      'reason',
    ],
  ])('%s is refused whole', async (_, changes, where) => {
    const answer = { by: kim, reason: 'opinion_answered', text, ...changes } as const
    await expect(
      town.cases.report(north, answered({ answered: answer })),
    ).rejects.toMatchObject({ details: { where } })
    await nothing()
  })

  it('has its words looked at', async () => {
    const words = {
      by: kim,
      reason: 'opinion_answered',
      text: 'Ring 070-123 45 67.',
    } as const
    const asked = { ...words, unlessWarned: true }
    await expect(
      town.cases.report(north, answered({ answered: asked })),
    ).rejects.toMatchObject({ details: { kind: 'conflict', where: 'text' } })
    await nothing()
    const { warnings } = await town.cases.report(north, answered({ answered: words }))
    expect(warnings).toMatchObject([{ kind: 'phone', start: 5, end: 18 }])
  })
})
