import { afterAll, beforeAll, expect, it } from 'vitest'
import { openTestApi, sameOrigin, type TestApi } from '../support/api.ts'

const proxy = '10.1.0.1'
let api: TestApi

beforeAll(async () => {
  api = await openTestApi({ trustProxy: [proxy, '10.2.0.0/16'] })
})
afterAll(() => api[Symbol.asyncDispose]())

/** The answers to so many attempts to log in that came this way. */
async function attempts(
  count: number,
  remoteAddress: string,
  said: (attempt: number) => string,
): Promise<readonly number[]> {
  const codes: number[] = []
  for (let attempt = 0; attempt < count; attempt += 1) {
    const answer = await api.app.inject({
      method: 'POST',
      url: '/api/v1/session',
      payload: {},
      remoteAddress,
      headers: { ...sameOrigin, 'x-forwarded-for': said(attempt) },
    })
    codes.push(answer.statusCode)
  }
  return codes
}

const tenThen = (last: number) => [...Array.from({ length: 10 }, () => 400), last]

it('everybody behind a trusted proxy has a rate of their own', async () => {
  expect(await attempts(11, proxy, () => '203.0.113.1')).toEqual(tenThen(429))
  expect(await attempts(1, proxy, () => '203.0.113.2')).toEqual([400])
})

it('who says more addresses than the proxy heard of gets no other rate for it', async () => {
  const codes = await attempts(11, proxy, (attempt) => `198.51.100.${attempt}, 203.0.113.3`)
  expect(codes).toEqual(tenThen(429))
})

it('a chain of trusted proxies is followed to the first address that is not trusted', async () => {
  const codes = await attempts(11, proxy, () => '203.0.113.4, 10.2.7.7')
  expect(codes).toEqual(tenThen(429))
  expect(await attempts(1, '10.2.9.9', () => '203.0.113.4')).toEqual([429])
  expect(await attempts(1, proxy, () => '203.0.113.5, 10.2.7.7')).toEqual([400])
})

it('what anybody else forwards is not believed', async () => {
  const codes = await attempts(11, '203.0.113.6', (attempt) => `198.51.100.${attempt}`)
  expect(codes).toEqual(tenThen(429))
})
