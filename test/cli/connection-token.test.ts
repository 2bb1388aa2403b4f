import { cp, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  connectionTokenList,
  issuedConnectionToken,
} from '../../src/api/connection-token-view.ts'
import { typeTryView } from '../../src/api/type-view.ts'
import type { App } from '../../src/app.ts'
import { organisationId } from '../../src/domain/ids.ts'
import { eventually } from '../support/service.ts'
import { openDesk, startListening, type Desk } from './run.ts'

const lund = organisationId.parse('lund')
const types = join(import.meta.dirname, '../../config/types')
const configuration = `
connections:
  meters: { protocol: http, format: json, identity: { path: $.logger } }
  line-1: { protocol: modbus, transport: tcp, host: 127.0.0.1, port: 1 }
assets:
  well-1: { name: Well 1, type: Well }
devices:
  logger-1: { type: brunn/tryck-1@1.0.0, asset: well-1, connection: meters, address: { id: BT-1 } }
`
const message = {
  logger: 'BT-1',
  measured: '2026-11-20T13:30:00Z',
  values: { pressure_kpa: 412, level_mm: 3_100 },
  alarms: { burst: false },
  battery: 3.6,
}

describe('gatuvakt connections token', () => {
  let desk: Desk
  let service: App
  beforeAll(async () => {
    desk = await openDesk()
    service = await startListening(desk.data)
    const folder = join(desk.folder, 'lund')
    await mkdir(join(folder, 'device-types'), { recursive: true })
    await cp(join(types, 'brunn-tryck-1'), join(folder, 'device-types/tryck'), {
      recursive: true,
    })
    await desk.run(
      'init',
      '--organisation',
      'lund',
      '--name',
      'Lund',
      '--email',
      'a@b.example',
    )
    await desk.file('lund/field.yaml', configuration)
    await desk.run('apply', folder)
  })
  afterAll(async () => {
    await service[Symbol.asyncDispose]()
    await desk[Symbol.asyncDispose]()
  })

  it('lets a sender in, whose readings come through, until it is revoked', async () => {
    expect(await desk.run('connections', 'token', 'list', 'meters')).toMatchObject({
      code: 0,
      out: 'meters has no live token: nobody can send to it',
    })
    const made = await desk.run('connections', 'token', 'issue', 'meters', '--json')
    const { id, token, url, format } = issuedConnectionToken.parse(JSON.parse(made.out))
    expect({ url, format }).toEqual({
      url: `${service.addresses.http}/ingest/v1/lund/meters`,
      format: 'json',
    })
    const second = await desk.run('connections', 'token', 'issue', 'meters')
    expect(second.out).toMatch(/^token {3}\S{43} {3}\(shown this once\)$/m)
    const listed = await desk.run('connections', 'token', 'list', 'meters', '--json')
    const { tokens } = connectionTokenList.parse(JSON.parse(listed.out))
    expect(tokens.map((one) => one.id)).toContain(id)
    expect(listed.out).not.toContain(token)
    expect(await desk.run('connections', 'token', 'issue', 'meters')).toMatchObject({
      code: 3,
      err: expect.stringContaining(id),
    })

    // The gateway follows the configuration within a second or so.
    await eventually(
      () => desk.run('connections', 'show', 'meters'),
      (shown) => shown.out.includes('online'),
    )
    expect(await send(url, token)).toBe(200)
    await service.settled()
    const folder = join(desk.folder, 'lund/device-types/tryck')
    const tried = await desk.run('types', 'try', folder, '--device', 'logger-1', '--json')
    const { points } = typeTryView.parse(JSON.parse(tried.out))
    expect(points.find(({ point }) => point === 'pressure')).toMatchObject({ value: 4.12 })

    expect(await desk.run('connections', 'token', 'revoke', 'meters', id)).toMatchObject({
      code: 0,
      out: `meters: the token ${id} opens nothing any more`,
    })
    expect(await send(url, token)).toBe(401)
    expect(await desk.run('connections', 'token', 'revoke', 'meters', id)).toMatchObject({
      code: 4,
    })
    const audit = await service.database
      .read(lund)
      .selectFrom('audit')
      .select(['action', 'subject'])
      .where('action', 'like', 'connection.token.%')
      .orderBy('number')
      .execute()
    expect(audit).toEqual([
      { action: 'connection.token.issue', subject: 'meters' },
      { action: 'connection.token.issue', subject: 'meters' },
      { action: 'connection.token.revoke', subject: 'meters' },
    ])
  })

  it.each([
    [['issue', 'nowhere'], 4, 'there are: line-1, meters'],
    [['list', 'nowhere'], 4, 'there are: line-1, meters'],
    [['issue', 'line-1'], 3, 'nobody sends to line-1'],
    [['issue', 'meters', '--organisation', 'nobody'], 4, 'no organisation nobody'],
    [['revoke', 'meters'], 2, "missing required argument 'token'"],
  ])('%s ends with %i', async (args, code, named) => {
    expect(await desk.run('connections', 'token', ...args)).toMatchObject({
      code,
      err: expect.stringContaining(named),
    })
  })

  it.each(['issue', 'list', 'revoke'])('%s has help with an example', async (command) => {
    const { code, out } = await desk.run('connections', 'token', command, '--help')
    expect(code).toBe(0)
    expect(out).toContain(`gatuvakt connections token ${command} meters`)
  })
})

async function send(url: string, token: string): Promise<number> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
  const body = JSON.stringify(message)
  const answer = await fetch(url, { method: 'POST', headers, body })
  return answer.status
}
