import fc from 'fast-check'
import { expect, it } from 'vitest'
import { runsHere, north, south } from '../support/database.ts'
import { addCases, keep, onBoth, type Register } from './fixtures.ts'

/** Numbers that are one in Sweden: the area code without its zero, and the rest. */
const areas = ['8', '31', '523', '70', '73'] as const
const phone = fc.record({
  area: fc.constantFrom(...areas),
  rest: fc.integer({ min: 200_000, max: 999_999 }),
})
type Phone = typeof phone extends fc.Arbitrary<infer T> ? T : never

/** As people write it: with and without country, zero, brackets, and anything between the digits. */
const spelled = ({ area, rest }: Phone) =>
  fc
    .record({
      head: fc.constantFrom(
        `0${area}`,
        `(0${area})`,
        `+46${area}`,
        `+46 (0)${area}`,
        `0046 ${area}`,
      ),
      between: fc.constantFrom('', ' ', '-', ' - ', '\u00a0'),
      gap: fc.constantFrom('', ' ', '\u00a0', '-'),
      around: fc.constantFrom('', ' ', '\t'),
    })
    .map(({ head, between, gap, around }) => {
      const pairs = String(rest).match(/../g) ?? []
      return `${around}${head}${between}${pairs.join(gap)}${around}`
    })

const word = fc.stringMatching(/^[a-zåäöé][a-zåäöé0-9._+-]{0,12}$/)
const email = fc
  .record({ box: word, domain: fc.constantFrom('example.org', 'exämple.se') })
  .map(({ box, domain }) => `${box}@${domain}`)

/** Capitals, white space around it, and letters with their marks apart. */
const spelledMail = (address: string) =>
  fc
    .record({
      upper: fc.boolean(),
      around: fc.constantFrom('', ' ', '\n', '\u00a0'),
      form: fc.constantFrom('NFC', 'NFD'),
    })
    .map(({ upper, around, form }) => {
      const text = (upper ? address.toUpperCase() : address).normalize(form)
      return `${around}${text}${around}`
    })

const person = fc.record({ phone, email }).chain((own) =>
  fc.record({
    key: fc.constant(`${own.phone.area} ${own.phone.rest}`),
    address: fc.constant(own.email.normalize('NFC')),
    phone: spelled(own.phone),
    otherPhone: spelled(own.phone),
    email: spelledMail(own.email),
    otherEmail: spelledMail(own.email),
  }),
)

await onBoth((open) => {
  it('finds each person by any spelling, nobody else, and after the erasure nobody', async () => {
    await using register = await open()
    let runs = 0
    await fc.assert(
      fc.asyncProperty(fc.array(person, { minLength: 1, maxLength: 4 }), async (people) => {
        runs += 1
        const ids = people.map((_, at) => `r${runs}-${at}`)
        const of = `c${runs}`
        await addCases(register.database, [of])
        for (const [at, { phone: number, email: address }] of people.entries()) {
          const said = { name: null, email: address, phone: number, text: '' }
          await keep(register, { id: ids[at] ?? '', case: of, person: said })
        }
        const same = (wanted: (one: (typeof people)[number]) => boolean) =>
          ids.filter((_, at) => people.some((one, index) => index === at && wanted(one)))
        for (const one of people) {
          const contacts = [{ phone: one.otherPhone }, { email: one.otherEmail }] as const
          expect(await found(register, contacts[0])).toEqual(
            same(({ key }) => key === one.key),
          )
          expect(await found(register, contacts[1])).toEqual(
            same(({ address }) => address === one.address),
          )
          for (const contact of contacts)
            expect(
              await register.personal.find(register.database.read(south), contact),
            ).toEqual([])
        }
        await erase(register, of, people.length % 2 === 0 ? ids : undefined)
        for (const one of people) {
          expect(await found(register, { phone: one.otherPhone })).toEqual([])
          expect(await found(register, { email: one.otherEmail })).toEqual([])
        }
        const left = register.database.read(north).selectFrom('personal_index').selectAll()
        expect(await left.execute()).toEqual([])
      }),
      { numRuns: runsHere(100) },
    )
  })
})

async function found(
  { personal, database }: Register,
  contact: { readonly phone: string } | { readonly email: string },
): Promise<readonly string[]> {
  const rows = await personal.find(database.read(north), contact)
  return rows.map(({ id }) => id)
}

/** One after the other, or with the case. */
async function erase(
  { personal, database }: Register,
  of: string,
  ids: readonly string[] | undefined,
): Promise<void> {
  await database.write(north, 'normal', async (work) => {
    if (ids === undefined) await personal.erase(work, { case: of })
    for (const id of ids ?? []) await personal.erase(work, { id })
  })
}
