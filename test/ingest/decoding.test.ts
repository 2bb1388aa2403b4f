import { expect, it } from 'vitest'
import type { DecodedEntry } from '../../src/ingest/decoding.ts'
import { createDecoding, decodeAll } from '../../src/ingest/decoding.ts'
import { north, south } from '../support/database.ts'
import { openField, said, startLamps, timerAt, wholeLog, type Field } from './field.ts'

/** Two towns whose lamps are understood anew in the middle. */
async function history(field: Field): Promise<void> {
  const say = (at: number, organisation = north) =>
    field.log.append(said({ at, power: 600, organisation }))
  await say(0)
  await startLamps(field, north)
  await say(1)
  await say(2, south)
  await startLamps(field, south, { scale: 0.5 })
  await say(3, south)
  await startLamps(field, north, { scale: 0.1 })
  await say(4)
  await field.log.append(timerAt(5, north))
  await say(6, south)
}

function short(entry: DecodedEntry): string {
  const who = entry.organisation
  switch (entry.kind) {
    case 'readings': {
      const { readings, misunderstood } = entry
      const [first] = readings
      const problems = misunderstood?.problems.map(({ reason }) => reason) ?? []
      return `${who} ${first?.value ?? 'nothing'} ${first?.typeVersion ?? ''} ${problems.join()}`.trim()
    }
    case 'control':
    case 'heartbeat':
      return `${who} ${entry.record.control}`
    case 'activation':
      return `${who} version ${entry.configuration.version}`
  }
}

it('understands every message with the version that was in force at its place', async () => {
  await using field = await openField()
  await history(field)
  const decoding = createDecoding(field.configurations)
  const told: string[] = []
  for (const entry of await wholeLog(field.log))
    told.push(short(await decoding.decode(entry)))
  expect(told).toEqual([
    'north nothing  unknown_device',
    'north version 1',
    'north 600 1',
    'south nothing  unknown_device',
    'south version 1',
    'south 300 1',
    'north version 2',
    'north 60 2',
    'north timer',
    'south 300 1',
  ])
})

it('understands them alike from wherever in the log a consumer starts', async () => {
  await using field = await openField()
  await history(field)
  const entries = await wholeLog(field.log)
  const whole = createDecoding(field.configurations)
  const expected: DecodedEntry[] = []
  for (const entry of entries) expected.push(await whole.decode(entry))
  for (const start of entries.keys()) {
    const decoding = createDecoding(field.configurations)
    const told: DecodedEntry[] = []
    for (const entry of entries.slice(start)) told.push(await decoding.decode(entry))
    expect(told.map(short), `from entry ${start}`).toEqual(expected.slice(start).map(short))
  }
})

it('fails whole when the configuration cannot be read, so that the entry is tried again', async () => {
  await using field = await openField()
  await startLamps(field, north)
  await field.log.append(said({ at: 1, power: 600, organisation: north }))
  const entry = (await wholeLog(field.log)).at(-1)
  if (entry === undefined) throw new Error('the log is empty')
  let away = true
  const decoding = createDecoding({
    ...field.configurations,
    at: (organisation, version) =>
      away
        ? Promise.reject(new Error('the database is away'))
        : field.configurations.at(organisation, version),
  })
  await expect(decoding.decode(entry)).rejects.toThrow('away')
  away = false
  expect(short(await decoding.decode(entry))).toBe('north 600 1')
})

it('keeps the order and the versions when everything is under way at once', async () => {
  await using field = await openField()
  await history(field)
  const entries = await wholeLog(field.log)
  const one = createDecoding(field.configurations)
  const apart: DecodedEntry[] = []
  for (const entry of entries) apart.push(await one.decode(entry))
  const together = await decodeAll(createDecoding(field.configurations), entries)
  expect(together.map(short)).toEqual(apart.map(short))
  expect(together.map(({ position }) => position)).toEqual(
    entries.map(({ position }) => position),
  )
})

it('rejects as a whole when one of them cannot be understood yet, and then works', async () => {
  await using field = await openField()
  await history(field)
  const entries = await wholeLog(field.log)
  let away = true
  const decoding = createDecoding({
    ...field.configurations,
    at: (organisation, version) =>
      away
        ? Promise.reject(new Error('the database is away'))
        : field.configurations.at(organisation, version),
  })
  await expect(decodeAll(decoding, entries)).rejects.toThrow('away')
  away = false
  const again = await decodeAll(decoding, entries)
  expect(again.at(-1)).toMatchObject({ kind: 'readings' })
})
