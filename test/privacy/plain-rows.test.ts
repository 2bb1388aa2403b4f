import { existsSync, readFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { TimeUs } from '../../src/domain/time.ts'
import { emptyWal, forgetFreedPages } from '../../src/privacy/forget-freed-pages.ts'
import { sealForGood, sealPlainRows } from '../../src/privacy/seal-plain-rows.ts'
import { plainReport } from '../support/case-rows.ts'
import { north, south } from '../support/database.ts'
import { addCases, kim, onBoth, openRegister, type Register } from './fixtures.ts'

const words = ['Testsson', 'kim.planted@', '98 76 54', 'vid grinden']

await onBoth((open) => {
  let register: Register
  beforeEach(async () => {
    register = await open()
    await addCases(register.database, ['a'])
    await addPlain(register, 450)
  })
  afterEach(() => register[Symbol.asyncDispose]())

  const left = () =>
    register.database.read(north).selectFrom('report_person').selectAll().execute()
  const seal = () => sealPlainRows(register.database, register.personal, [north, south])

  it('moves every plain row, once', async () => {
    expect(await seal()).toBe(450)
    expect(await left()).toEqual([])
    const query = register.database.read(north)
    const people = await register.personal.read(query, ['r0', 'r1', 'r449'])
    // The first was erased under the earlier version.
    expect(Object.fromEntries(people)).toEqual({ r1: kim, r449: kim })
    expect(await seal()).toBe(0)
  })

  it('goes on after it was killed', async () => {
    let pages = 0
    const dying = {
      ...register.database,
      write: (...args: Parameters<typeof register.database.write>) => {
        pages += 1
        if (pages === 2) throw new Error('killed')
        return register.database.write(...args)
      },
    }
    const sealing = sealPlainRows(dying as typeof register.database, register.personal, [
      north,
    ])
    await expect(sealing).rejects.toThrow('killed')
    expect(await left()).toHaveLength(250)
    expect(await seal()).toBe(250)
    expect(await left()).toEqual([])
  })
})

describe('on the disk', () => {
  it('leaves nothing in the file nor in its log', async () => {
    await using register = await openRegister()
    await addCases(register.database, ['a'])
    await addPlain(register, 450)
    emptyWal(register.file)
    expect(found(register.file)).toEqual(words)
    await sealPlainRows(register.database, register.personal, [north])
    forgetFreedPages(register.file)
    expect(found(register.file)).toEqual([])
    // And it is still the same database.
    const query = register.database.read(north)
    expect((await register.personal.read(query, ['r1'])).size).toBe(1)
  })
})

function killed(): never {
  throw new Error('killed')
}

it('has the file written anew also when it was killed after the last row', async () => {
  await using register = await openRegister()
  const { database, personal } = register
  await addCases(database, ['a'])
  await addPlain(register, 3)
  const rewritten: string[] = []
  const seal = (rewrite: () => void) =>
    sealForGood(database, { personal, organisations: [north], rewrite })
  await expect(seal(killed)).rejects.toThrow('killed')
  const left = await database.read(north).selectFrom('report_person').selectAll().execute()
  expect(left).toEqual([])
  await seal(() => rewritten.push('owed'))
  await seal(() => rewritten.push('again'))
  expect(rewritten).toEqual(['owed'])
})

/** Of the words those that stand in the file or beside it. */
function found(file: string): readonly string[] {
  const files = [file, `${file}-wal`].filter((name) => existsSync(name))
  const all = files.map((name) => readFileSync(name, 'latin1')).join('')
  return words.filter((word) => all.includes(word))
}

/** Reports as an earlier version stored them; the first erased. */
async function addPlain({ database }: Register, count: number): Promise<void> {
  await database.write(north, 'normal', async (work) => {
    for (let at = 0; at < count; at += 1) {
      const id = `r${String(at)}`
      await work.query
        .insertInto('report')
        .values(plainReport({ id, case: 'a' }))
        .execute()
      const erased = { name: null, email: null, phone: null, text: '' }
      await work.query
        .insertInto('report_person')
        .values({
          organisation: north,
          report: id,
          ...(at === 0 ? erased : kim),
          erased_at: at === 0 ? (1 as TimeUs) : null,
        })
        .execute()
    }
  })
}
