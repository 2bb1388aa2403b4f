import { expect } from 'vitest'
import { durationUs, SECOND } from '../../../src/domain/time.ts'
import { assetDetailView } from '../../../src/api/views.ts'
import { eventually } from '../../support/service.ts'
import { allAlarms, allCases } from '../look.ts'
import type { Town } from './town.ts'

/** How a device of one protocol plays its part. */
export interface Part {
  readonly well: () => unknown
  readonly faulty: () => unknown
  /** The service polls, so its time must pass for it to hear anything. */
  readonly isPolled?: boolean
  /** Alarms that the fault raises, of which the most urgent is looked at; left out: 1. */
  readonly alarms?: number
}

/**
 * The whole loop: while all is well there is no alarm; the fault makes one alarm and one case; when
 * it is gone the alarm has returned, and there is still the one case.
 */
export async function expectLoop(town: Town, part: Part): Promise<void> {
  const { staff } = town
  await part.well()
  await heard(town, part)
  expect(await allAlarms(staff)).toEqual([])
  expect(await allCases(staff)).toEqual([])

  await part.faulty()
  const [first] = await eventually(
    () => look(town, part),
    ([alarm]) => alarm !== undefined,
  )
  // A lamp waits for what may explain it before it reaches people.
  const isHeld = first?.suppression.some(({ kind }) => kind === 'held') === true
  const [raised] = await eventually(
    () => {
      if (isHeld) town.service.pass(durationUs(10 * SECOND))
      return look(town, part)
    },
    ([alarm]) => alarm !== undefined && alarm.case !== null,
  )
  expect(raised).toMatchObject({
    state: 'unacknowledged',
    evidence: 'good',
    asset: { id: 'thing' },
    because: [{ quality: 'good' }],
  })
  const [opened, ...others] = await allCases(staff)
  expect(others).toEqual([])
  expect(opened).toMatchObject({
    id: raised?.case?.id,
    asset: { id: 'thing' },
    unit: 'streets',
    state: 'received',
    reports: { alarm: 1, human: 0 },
  })

  await part.well()
  const alarms = await eventually(
    () => look(town, part),
    ([alarm]) => alarm?.state === 'returned_unacknowledged',
  )
  expect(alarms).toHaveLength(part.alarms ?? 1)
  const cases = await allCases(staff)
  expect(cases).toMatchObject([{ id: opened?.id }])
}

async function look(town: Town, { isPolled = false }: Part) {
  if (isPolled) town.goOn()
  await town.service.settle()
  return allAlarms(town.staff)
}

/** The first good value of what the rule watches is known. */
async function heard(town: Town, part: Part): Promise<void> {
  await eventually(
    async () => {
      await look(town, part)
      return lastOf(town)
    },
    (last) => last?.quality === 'good',
  )
}

/** The newest value of what the rule watches, as the asset's page shows it. */
export async function lastOf({ staff, role }: Town) {
  const { points } = assetDetailView.parse((await staff.get('/assets/thing')).body)
  return points?.find((point) => point.role === role)?.last
}
