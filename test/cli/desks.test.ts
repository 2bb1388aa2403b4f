import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { addressKey } from '../../src/annunciation/ids.ts'
import { deskListView } from '../../src/api/desk-view.ts'
import type { App } from '../../src/app.ts'
import { organisationId } from '../../src/domain/ids.ts'
import { openDesk, startListening, type Desk } from './run.ts'

const ort = organisationId.parse('ort')
const url = 'https://boss.example/hook'
const yaml = `
organisation: { name: Ort, timezone: Europe/Stockholm, languages: [sv] }
channels:
  boss: { kind: webhook, name: Boss, url: '${url}', secret: boss }
desks:
  control: { name: Control room, steps: [{ to: [{ channel: boss }] }] }
`

let desk: Desk
let service: App
beforeAll(async () => {
  desk = await openDesk()
  service = await startListening(desk.data)
  await mkdir(join(desk.folder, 'ort'))
  await desk.file('ort/all.yaml', yaml)
  const { code, err } = await desk.run('apply', join(desk.folder, 'ort'))
  if (code !== 0) throw new Error(err)
})
afterAll(async () => {
  await service[Symbol.asyncDispose]()
  await desk[Symbol.asyncDispose]()
})

/** As if the receiver had answered 410. */
async function bossIsGone(): Promise<void> {
  await service.database.write(ort, 'normal', ({ query, organisation }) =>
    query
      .insertInto('channel_state')
      .values({
        organisation,
        channel: 'boss',
        address: addressKey(url),
        disabled_at: service.clock.now(),
        reason: 'no such hook (410 Gone)',
      })
      .execute(),
  )
}

async function outOfOrder(): Promise<readonly string[]> {
  const { out } = await desk.run('desks', 'list', '--json')
  const { desks } = deskListView.parse(JSON.parse(out))
  return desks.flatMap((one) => one.outOfOrder.map(({ channel }) => channel))
}

describe('gatuvakt desks enable-channel', () => {
  it('takes a channel back into use, once', async () => {
    await bossIsGone()
    expect(await outOfOrder()).toEqual(['boss'])
    const list = await desk.run('desks', 'list')
    expect(list.out).toContain('out of order: boss: no such hook (410 Gone)')
    const enabled = await desk.run('desks', 'enable-channel', 'boss')
    expect(enabled).toEqual({ code: 0, out: 'boss is in use again', err: '' })
    expect(await outOfOrder()).toEqual([])
    const again = await desk.run('desks', 'enable-channel', 'boss', '--json')
    expect(JSON.parse(again.out)).toEqual({ enabled: false })
  })

  it('says of a channel that nobody knows that it is not there', async () => {
    const { code, err } = await desk.run('desks', 'enable-channel', 'none')
    expect(code).not.toBe(0)
    expect(err).toContain("There is no channel 'none'")
  })
})
