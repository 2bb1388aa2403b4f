import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { canonicalJson, parseJsonObject } from '../../src/configuration/json.ts'
import { durationUs, SECOND } from '../../src/domain/time.ts'
import { lamp } from '../support/devices-say.ts'
import { eventually, strandkoping } from '../support/service.ts'
import { changesOf, lights, openAppliedDemo, type AppliedDemo } from './apply-demo.ts'
import { journal } from './look.ts'

let town: AppliedDemo
beforeAll(async () => {
  town = await openAppliedDemo()
})
afterAll(async () => {
  await town[Symbol.asyncDispose]()
})

/** As the console would: a new document, known to be the database's. */
async function changeInDatabase(name: string): Promise<void> {
  await town.service.app.database.write(strandkoping, 'normal', async ({ query }) => {
    const unit = query
      .selectFrom('configuration_object')
      .select('document')
      .where('kind', '=', 'unit')
      .where('slug', '=', 'ljus')
      .where('until_version', 'is', null)
    const { document } = await unit.executeTakeFirstOrThrow()
    const changed = canonicalJson({ ...parseJsonObject(document), name })
    await query
      .updateTable('configuration_object')
      .set({ document: changed, origin: 'database' })
      .where('kind', '=', 'unit')
      .where('slug', '=', 'ljus')
      .where('until_version', 'is', null)
      .execute()
  })
}

async function nameOfUnit(): Promise<unknown> {
  const { document } = await town.service.app.database
    .read(strandkoping)
    .selectFrom('configuration_object')
    .select('document')
    .where('kind', '=', 'unit')
    .where('slug', '=', 'ljus')
    .where('until_version', 'is', null)
    .executeTakeFirstOrThrow()
  return parseJsonObject(document)['name']
}

describe('a folder that is sound', () => {
  it('applied again makes no version and no new activation', async () => {
    const before = await town.everything()
    const again = await town.apply(town.demo)
    expect(again).toMatchObject({ version: null, mistakes: [] })
    expect(changesOf(again)).toEqual([])
    expect(await town.everything()).toEqual(before)
  })

  it('is only looked at when the run is dry', async () => {
    const before = await town.everything()
    const dry = await town.apply(town.demoWith(lights, 'above: 20,', 'above: 30,'), {
      dryRun: true,
    })
    expect(dry.version).toBe(null)
    expect(changesOf(dry)).toEqual(['update rule lamp-dark condition'])
    expect(await town.everything()).toEqual(before)
  })

  it('is warned about a rule that can never act', async () => {
    const misspelt = town.demoWith(lights, 'role: missing', 'role: mising')
    const { warnings, mistakes } = await town.apply(misspelt, { dryRun: true })
    expect(mistakes).toEqual([])
    expect(warnings).toEqual([
      `${lights}:8:41: no asset this rule watches measures "mising"; did you mean "missing"?`,
    ])
  })

  it('comes into force at once, for rules too', async () => {
    // 65 W are missing at most, so with this limit nothing is dark.
    const deaf = await town.apply(town.demoWith(lights, 'above: 20,', 'above: 300,'))
    expect(deaf.version).toBe(2)
    await town.service.say('lamp-20', lamp(town.service.clock.now(), 'dark'))
    await town.service.settle()
    town.service.pass(durationUs(30 * SECOND))
    await town.service.settle()
    expect(await journal(town.service, { asset: 'lamp-20' })).toEqual([])
    expect((await town.apply(town.demo)).version).toBe(3)
    await town.service.say('lamp-20', lamp(town.service.clock.now(), 'dark'))
    await town.service.settle()
    town.service.pass(durationUs(30 * SECOND))
    const lines = await eventually(
      () => journal(town.service, { asset: 'lamp-20' }),
      ({ length }) => length > 0,
    )
    expect(lines).toMatchObject([{ rule: 'lamp-dark', event: 'raised' }])
  })
})

describe('an object that somebody changed in the database', () => {
  it('is a conflict, and then nothing of the folder is applied', async () => {
    await changeInDatabase('Ljus AB')
    const before = await town.everything()
    const changed = town.demoWith(lights, 'above: 20,', 'above: 25,')
    const answer = await town.apply(changed)
    expect(answer.version).toBe(null)
    expect(changesOf(answer)).toEqual([
      'conflict unit ljus name',
      'update rule lamp-dark condition',
    ])
    expect(await town.everything()).toEqual(before)
  })

  it('stays as it is when the database is taken', async () => {
    const answer = await town.apply(town.demo, { take: 'database' })
    expect(changesOf(answer)).toEqual([])
    expect(await nameOfUnit()).toBe('Ljus AB')
  })

  it('becomes what the folder says when that is taken', async () => {
    await changeInDatabase('Ljus och mörker AB')
    const answer = await town.apply(town.demo, { take: 'yaml' })
    expect(changesOf(answer)).toEqual(['update unit ljus name'])
    expect(await nameOfUnit()).toBe('Ljus & Väg AB')
    expect(changesOf(await town.apply(town.demo))).toEqual([])
  })
})
