import { expect, it } from 'vitest'
import { checkTalqNames } from '../../src/configuration/check-types.ts'
import type { JsonObject } from '../../src/configuration/json.ts'
import { objectSet } from '../../src/configuration/objects.ts'

function told(points: JsonObject) {
  const type = { kind: 'deviceType', slug: 'acme/slc@1.0.0', document: { points } } as const
  return checkTalqNames(objectSet([type])).map(
    ({ severity, path, what, next }) =>
      `${severity} ${path.join('.')}: ${what}; ${next ?? ''}`,
  )
}

it('knows TALQ’s names of events, at points, at bits and at what a gateway logs', () => {
  expect(
    told({
      dark: { semantic: 'talq:lampFailure' },
      dust: { semantic: 'talq:pm2-5TooHigh' },
      supply: { attribute: 'event:supplyLoss' },
      word: {
        bits: { 0: 'plain', 3: { point: 'door', semantic: 'talq:cabinetDoorOpen' } },
      },
      own: { semantic: 'own:whatever' },
    }),
  ).toEqual([])
})

it('warns of a name that TALQ has not, and says which was meant', () => {
  expect(
    told({
      dark: { semantic: 'talq:lampFailur' },
      word: { bits: { 3: { point: 'door', semantic: 'talq:cabinetDoorOpened' } } },
      supply: { attribute: 'event:vendorSpecific' },
    }),
  ).toEqual([
    'warning points.dark.semantic: "lampFailur" is no event type of TALQ that is known here; did you mean "lampFailure"?',
    'warning points.word.bits.3.semantic: "cabinetDoorOpened" is no event type of TALQ that is known here; did you mean "cabinetDoorOpen"?',
    'warning points.supply.attribute: "vendorSpecific" is no event type of TALQ that is known here; ',
  ])
})
