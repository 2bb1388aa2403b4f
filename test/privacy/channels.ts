import { expect } from 'vitest'
import { z } from 'zod'
import { organisationId } from '../../src/domain/ids.ts'
import { phoneJpeg } from '../photos/pictures.ts'
import { framed } from '../scenario/partners-say.ts'
import type { Person, TestService } from '../support/service.ts'

export const gront = organisationId.parse('gront')

/** A word for every place where people can put one; none stands anywhere else in the installation. */
export const planted = {
  frame: 'Zyqwfalk',
  firstName: 'Xkcjgunnar',
  lastName: 'Öqvwsson',
  email: 'qzvw.frame@example.org',
  phone: '0523-98 76 54',
  address: 'Bqxwgatan hos Jjqpsson',
  link: 'qvxzreport',
  account: 'wqkzaccount',
  attribute: 'Vzqwattribut',
  fileName: 'Kqzwbild',
  webAddress: 'Fqjxgatan hos Wvbqsson',
  webWords: 'Gqzxord',
  webEmail: 'wjkq.web@example.net',
  said: 'Hvqzsagt 0702223344',
  judged: 'Tqxwdom',
  update: 'Lqwzpartner',
  updateTitle: 'Mqzwtitel',
  updateEmail: 'pqzw.update@example.com',
  key: 'qzxw-0523112233',
} as const
export const words: readonly string[] = [
  ...Object.values(planted),
  'Jjqpsson',
  'Wvbqsson',
  '523987654',
  '0702223344',
]
/** What staff and contractors write stands in the history in plain, and goes with its case. */
export const contractors = 'Rqzwentreprenör ringde 0709988776'

const place = { lat: '58.350100', long: '11.430300' }
export const category = 'green-area'

export interface Story {
  readonly service: TestService
  readonly staff: Person
  readonly contractor: Person
}

/** Sends a report as FixaMinGata does, with everything that a form of it can carry; returns its id there. */
export async function overOpen311({ service }: Story, key: string): Promise<string> {
  const fields: Record<string, string> = {
    api_key: key,
    jurisdiction_id: 'strandkoping.example',
    service_code: category,
    ...place,
    first_name: planted.firstName,
    last_name: planted.lastName,
    email: planted.email,
    phone: planted.phone,
    account_id: planted.account,
    device_id: planted.account,
    address_string: planted.address,
    'attribute[note]': planted.attribute,
    [`attribute[${planted.attribute}]`]: 'x',
    description: framed(7, 'Gren', `${planted.frame} såg det`).replace(
      'report/7',
      planted.link,
    ),
  }
  const form = new FormData()
  for (const [name, value] of Object.entries(fields)) form.set(name, value)
  const photo = new Uint8Array(await phoneJpeg({ width: 60, height: 40 }))
  form.set('photo1', new File([photo], `${planted.fileName}.jpeg`, { type: 'image/jpeg' }))
  const url = `${service.http}/open311/v2/requests.json`
  const answer = await fetch(url, { method: 'POST', body: form })
  expect(answer.status).toBe(200)
  const said = z.array(z.object({ service_request_id: z.string() }))
  return said.parse(await answer.json())[0]?.service_request_id ?? ''
}

/** Adds something to a report as a partner does. */
export async function partnerUpdate(
  { service }: Story,
  key: string,
  request: string,
): Promise<void> {
  const body = new URLSearchParams({
    api_key: key,
    jurisdiction_id: 'strandkoping.example',
    service_request_id: request,
    update_id: '71',
    status: 'OPEN',
    updated_datetime: '2026-11-20T17:00:00Z',
    title: planted.updateTitle,
    description: planted.update,
    email: planted.updateEmail,
    first_name: planted.firstName,
    last_name: planted.lastName,
    phone: planted.phone,
  })
  const url = `${service.http}/open311/v2/servicerequestupdates.xml`
  expect((await fetch(url, { method: 'POST', body })).status).toBe(200)
}

/** Posts a form of a follower's page. */
export async function postForm(
  { service }: Story,
  path: string,
  fields: Record<string, string>,
): Promise<void> {
  const body = new URLSearchParams(fields)
  const headers = { origin: service.http }
  const answer = await fetch(`${service.http}${path}`, { method: 'POST', headers, body })
  expect(answer.status).toBeLessThan(400)
}

/** Moves what stands at the path, in the version that it has now. */
export async function move(
  person: Person,
  path: string,
  to: string,
  more: object = {},
): Promise<void> {
  const { version } = z.object({ version: z.int() }).parse((await person.get(path)).body)
  const moved = await person.post(`${path}/move`, { to, version, ...more })
  expect(moved).toMatchObject({ status: 200 })
}
