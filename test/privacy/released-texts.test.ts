import { afterEach, beforeEach, expect, it } from 'vitest'
import {
  proposeRelease,
  readReleased,
  releaseText,
  withdrawText,
} from '../../src/privacy/released-texts.ts'
import { timeUs } from '../../src/domain/time.ts'
import { north, south } from '../support/database.ts'
import { addCases, keep, kim, onBoth, type Register } from './fixtures.ts'

const by = { actor: 'user:anna', at: timeUs(1) }

await onBoth((open) => {
  let register: Register
  beforeEach(async () => {
    register = await open()
    await addCases(register.database, ['a'])
    const text = 'Ring 0523-98 76 54 om lampan'
    await keep(register, { id: 'r1', case: 'a', person: { ...kim, text } })
  })
  afterEach(() => register[Symbol.asyncDispose]())

  const propose = () =>
    proposeRelease(register.database.read(north), register.personal, 'r1')
  const shown = async (organisation = north) => {
    const query = register.database.read(organisation)
    return Object.fromEntries(await readReleased(query, ['r1', 'r2']))
  }
  const release = (text: string, id = 'r1', organisation = north) =>
    register.database.write(organisation, 'normal', (work) =>
      releaseText(work, { id, text, ...by }),
    )

  const withdraw = () =>
    register.database.write(north, 'normal', (work) =>
      withdrawText(work, { id: 'r1', ...by }),
    )

  it('is private until somebody releases a copy', async () => {
    expect(await shown()).toEqual({})
    expect(await propose()).toEqual({
      original: 'Ring 0523-98 76 54 om lampan',
      text: 'Ring ••• om lampan',
      spans: [{ start: 5, end: 18, kind: 'phone' }],
      released: null,
    })
    await release('Ring ••• om lampan')
    expect(await shown()).toEqual({ r1: 'Ring ••• om lampan' })
    expect(await shown(south)).toEqual({})
    await release('Lampan ')
    expect(await shown()).toEqual({ r1: 'Lampan' })
    expect(await propose()).toMatchObject({ released: 'Lampan' })
  })

  it('is withdrawn, also twice', async () => {
    await release('Lampan')
    await withdraw()
    await withdraw()
    expect(await shown()).toEqual({})
    await release('Lampan')
    expect(await shown()).toEqual({ r1: 'Lampan' })
  })

  it('goes with the person, and does not come again', async () => {
    await release('Lampan')
    await register.database.write(north, 'normal', (work) =>
      register.personal.erase(work, { id: 'r1' }),
    )
    expect(await shown()).toEqual({})
    expect(await propose()).toBeUndefined()
    await expect(release('Lampan')).rejects.toMatchObject({
      details: { kind: 'not_found' },
    })
  })

  it.each([[''], ['  '], ['x'.repeat(4_001)]])('refuses %j', async (text) => {
    await expect(release(text)).rejects.toMatchObject({ details: { kind: 'invalid' } })
  })

  it('releases nothing for another organisation', async () => {
    await expect(release('x', 'r1', south)).rejects.toMatchObject({
      details: { kind: 'not_found' },
    })
  })
})
