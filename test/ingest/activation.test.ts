import { expect, it } from 'vitest'
import { unactivatedVersions } from '../../src/configuration/apply.ts'
import { activateWaiting } from '../../src/ingest/activation.ts'
import { north, south } from '../support/database.ts'
import { applyLamps, openField, wholeLog, type Field } from './field.ts'

async function activations({ log }: Field): Promise<readonly string[]> {
  return (await wholeLog(log)).map(({ record }) =>
    record.kind === 'control' && record.control === 'activation'
      ? `${record.organisation} ${record.version}`
      : record.kind,
  )
}

it('puts every waiting version into force, in order and once', async () => {
  await using field = await openField()
  for (const scale of [1, 0.5, 0.1]) await applyLamps(field, north, { scale })
  await applyLamps(field, south)
  await activateWaiting(field, north)
  await activateWaiting(field, north)
  expect(await activations(field)).toEqual(['north 1', 'north 2', 'north 3'])
  expect(await unactivatedVersions(field.database, south)).toEqual([1])
  const places = (await wholeLog(field.log)).map(({ position }) =>
    field.configurations.versionAt(north, position),
  )
  expect(await Promise.all(places)).toEqual([1, 2, 3])
})

it('has nothing to do for an organisation that nobody configured', async () => {
  await using field = await openField()
  await activateWaiting(field, north)
  expect(await activations(field)).toEqual([])
})

it('writes the record once more after a crash before it was noted, and changes nothing by it', async () => {
  await using field = await openField()
  await applyLamps(field, north)
  await field.log.append({
    kind: 'control',
    control: 'activation',
    organisation: north,
    ingest: field.clock.now(),
    version: 1,
  })
  await activateWaiting(field, north)
  expect(await activations(field)).toEqual(['north 1', 'north 1'])
  const [, second] = await wholeLog(field.log)
  if (second === undefined) throw new Error('the log is too short')
  expect(await field.configurations.versionAt(north, second.position)).toBe(1)
  expect(await unactivatedVersions(field.database, north)).toEqual([])
})
