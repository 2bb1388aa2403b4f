import { expect, it } from 'vitest'
import { faults, parseFault } from '../../simulators/fault.ts'
import { Problem } from '../../src/domain/problem.ts'

it.each([...Object.keys(faults), 'mended'])('reads the fault %s of a device', (name) => {
  expect(parseFault(`lamp-17:${name}`)).toEqual({ device: 'lamp-17', name })
})

it.each([
  '',
  'lamp-17',
  'lamp-17:',
  ':dark',
  'lamp-17:darkness',
  'lamp-17:dark:',
  'lamp-17:toString',
  'lamp-17: dark',
])('refuses "%s" and lists the names', (text) => {
  const parse = () => parseFault(text)
  expect(parse).toThrow(Problem)
  expect(parse).toThrow(
    expect.objectContaining({
      details: expect.objectContaining({
        kind: 'invalid',
        what: `"${text}" is not a fault`,
        why: expect.stringContaining('dark, cable, blocked, stuck, silent and mended'),
        next: expect.stringContaining('lamp-17:dark'),
      }),
    }),
  )
})
