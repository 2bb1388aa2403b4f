import { afterEach, beforeEach, expect, it } from 'vitest'
import { sealer } from '../../src/privacy/create-personal-data.ts'
import {
  applyErased,
  erasedLines,
  type ErasedLine,
} from '../../src/privacy/erased-ledger.ts'
import { systemRandom } from '../../src/random.ts'
import { addMonths } from '../../src/privacy/months.ts'
import { north } from '../support/database.ts'
import { addCases, keep, onBoth, secret, type Register } from './fixtures.ts'
import { openOffice, rule } from './office.ts'

await onBoth((open) => {
  let register: Register
  let restored: Register
  beforeEach(async () => {
    register = await open()
    restored = await open()
    const closed = {
      state: 'closed',
      closed_at: addMonths(register.clock.now(), -13),
      closing_reason: 'fixed',
    }
    // The same before and after: as if one were restored from the other's backup.
    for (const one of [register, restored]) {
      await addCases(one.database, ['a', 'b', 'c'])
      await addCases(one.database, ['d'], closed)
      await keep(one, { id: 'r1', case: 'a' })
      await keep(one, { id: 'r2', case: 'b' })
      await keep(one, { id: 'r3', case: 'b' })
      await keep(one, { id: 'r4', case: 'c' })
      await keep(one, { id: 'r5', case: 'd' })
    }
  })
  afterEach(async () => {
    await register[Symbol.asyncDispose]()
    await restored[Symbol.asyncDispose]()
  })

  const apply = (lines: readonly ErasedLine[]) => {
    const { database, personal, clock } = restored
    const effects = {
      erased: () => Promise.resolve(),
      forgetPhotos: () => Promise.resolve(),
      audit: () => Promise.resolve(),
    }
    const sealing = sealer({ secret, random: systemRandom, clock })
    const parts = { database, personal, effects, sealer: sealing }
    return applyErased(parts, lines, { actor: 'local', at: clock.now() })
  }

  it('keeps the erased from coming back with an older backup', async () => {
    const { privacy } = openOffice(register, [rule()])
    await privacy.erase(north, { case: 'a' }, 'user:x')
    await privacy.erase(north, { id: 'r2' }, 'user:x')
    await privacy.runRetention(north, 'system')
    const lines = await linesOf(register)
    expect(lines.map(({ step, id, case: of }) => `${step} ${id ?? of}`).toSorted()).toEqual(
      ['case a', 'contacts r5', 'person r1', 'person r2'],
    )
    // r1 went with its case.
    expect(await apply(lines)).toEqual({ erased: 3, nothing: 1, held: [] })
    const people = await restored.personal.read(restored.database.read(north), [
      'r1',
      'r2',
      'r3',
      'r4',
      'r5',
    ])
    expect([...people.keys()].toSorted()).toEqual(['r3', 'r4', 'r5'])
    expect(people.get('r5')).toMatchObject({ name: null, email: null, phone: null })
    expect(await apply(lines)).toEqual({ erased: 0, nothing: 4, held: [] })
  })

  it('leaves what is held, and says so; what it does not know is nothing', async () => {
    await openOffice(register).privacy.erase(north, { case: 'a' }, 'user:x')
    await openOffice(restored).privacy.hold(north, { case: 'a', reference: 'M 1' }, 'x')
    const unknown = { organisation: north, step: 'case', case: 'newer' } as const
    const lines = [...(await linesOf(register)), unknown]
    expect(await apply(lines)).toMatchObject({ erased: 0, held: ['a'] })
  })
})

async function linesOf({ database }: Register): Promise<readonly ErasedLine[]> {
  const lines: ErasedLine[] = []
  for await (const page of erasedLines(database, north)) lines.push(...page)
  return lines
}
