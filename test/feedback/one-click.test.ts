import { afterEach, beforeEach, expect, it } from 'vitest'
import { aReport } from '../cases/town.ts'
import { openSite, type Site } from '../citizen/site.ts'
import { north } from '../support/database.ts'

let site: Site
beforeEach(async () => {
  site = await openSite()
})
afterEach(() => site[Symbol.asyncDispose]())

const follower = () => aReport({ contact: { email: 'maj@example.se' }, wantsUpdates: true })

async function wantsLetters(): Promise<boolean> {
  const { wants_updates: wants } = await site.town.database
    .read(north)
    .selectFrom('subscriber')
    .select('wants_updates')
    .executeTakeFirstOrThrow()
  return wants === 1
}

const oneClick = 'List-Unsubscribe=One-Click'
const forms: readonly [kind: string, contentType: string, payload: string][] = [
  ['a form', 'application/x-www-form-urlencoded', oneClick],
  [
    'a multipart form',
    'multipart/form-data; boundary=b',
    '--b\r\ncontent-disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--b--\r\n',
  ],
]

it.each(forms)(
  'ends the letters when a mail program posts %s',
  async (_, type, payload) => {
    const { token } = await site.town.cases.report(north, follower())
    const post = () =>
      site.app.inject({
        method: 'POST',
        url: `/f/${token}/letters`,
        headers: { 'content-type': type },
        payload,
      })
    const answer = await post()
    // A redirection would be lost on the way (RFC 8058, 3.1).
    expect(answer.statusCode).toBe(200)
    expect(await wantsLetters()).toBe(false)
    expect((await post()).statusCode).toBe(200)
  },
)

it('changes nothing when the address is opened, and leads to the page', async () => {
  const { token } = await site.town.cases.report(north, follower())
  const answer = await site.app.inject({ method: 'GET', url: `/f/${token}/letters` })
  expect(answer.statusCode).toBe(302)
  expect(answer.headers.location).toBe(`/f/${token}`)
  expect(await wantsLetters()).toBe(true)
})

it('knows nobody by a made-up link', async () => {
  await site.town.cases.report(north, follower())
  const { statusCode } = await site.app.inject({
    method: 'POST',
    url: `/f/${'A'.repeat(43)}/letters`,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    payload: oneClick,
  })
  expect(statusCode).toBe(404)
  expect(await wantsLetters()).toBe(true)
})
