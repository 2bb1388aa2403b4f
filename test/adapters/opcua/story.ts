import { expect, vi } from 'vitest'
import { effectiveTime } from '../../../src/devices/effective-time.ts'
import { opcuaReader } from '../../../src/devices/opcua/reader.ts'
import type { Said } from '../../../src/devices/message-reader.ts'
import type { CaseFile, Step } from './case-file.ts'
import { startNetwork } from './proxy.ts'
import { serverOf, type CaseServer } from './case-server.ts'
import { startListening, station, stationType, type Listening } from './town.ts'
import { patience } from '../../support/until.ts'

/** A server, a network and us, as a case has them. */
export interface Story extends AsyncDisposable {
  /** Does what the step says, or waits until what it says is true. */
  take(step: Step): Promise<void>
  /** What was done, and what came true. */
  readonly taken: readonly Step[]
}

export async function startStory(file: CaseFile): Promise<Story> {
  const type = stationType(file.type)
  const served = file.serves === 'type' ? type : stationType()
  let server = await serverOf(file.server, served)
  const network = await startNetwork(server.port)
  let listening: Listening | undefined
  const taken: Step[] = []

  async function listen(order: Extract<Step, { listen: unknown }>['listen']) {
    const { trust, ...rest } = order
    listening = await startListening({
      port: network.port,
      devices: [station(type)],
      trust: trust ? [server.fingerprint] : [],
      ...rest,
    })
  }

  async function restart(order: Extract<Step, { restart: unknown }>['restart']) {
    const before: CaseServer = server
    server = await serverOf(order, served)
    network.lead(server.port)
    await before[Symbol.asyncDispose]()
  }

  /** In the order of the log, with the time that counts. */
  async function said(point: string): Promise<readonly (Said & { effective: number })[]> {
    const reader = opcuaReader(type)
    const all: (Said & { effective: number })[] = []
    for (const { payload, ingest } of listening?.stored ?? []) {
      const message = await reader(payload)
      for (const one of message.ok ? message.say(point) : []) {
        all.push({ ...one, effective: effectiveTime({ ...one, ingest }).effective })
      }
    }
    return all
  }

  async function newest(points: Readonly<Record<string, unknown>>): Promise<void> {
    for (const [point, wanted] of Object.entries(points)) {
      const last = (await said(point))
        .toSorted((one, other) => one.effective - other.effective)
        .at(-1)
      expect({ [point]: last }).toMatchObject({ [point]: wanted })
    }
  }

  async function heard(points: Readonly<Record<string, readonly unknown[]>>) {
    for (const [point, wanted] of Object.entries(points)) {
      const raws = (await said(point)).map(({ raw }) => raw)
      expect({ [point]: raws }).toEqual({ [point]: expect.arrayContaining([...wanted]) })
    }
  }

  async function take(step: Step): Promise<void> {
    if ('listen' in step) await listen(step.listen)
    else if ('set' in step) {
      for (const [key, value] of Object.entries(step.set)) {
        expect(server.space.set(key, value)).toBeUndefined()
      }
    } else if ('nodes' in step) server.say(step.nodes)
    else if ('network' in step) network.fault(step.network)
    else if ('cut' in step) network.cut()
    else if ('forget' in step) server.forgetSubscriptions()
    else if ('restart' in step) await restart(step.restart)
    else await vi.waitFor(() => look(step), { timeout: patience, interval: 10 })
    taken.push(step)
  }

  async function look(step: Step): Promise<void> {
    if ('newest' in step) await newest(step.newest)
    else if ('heard' in step) await heard(step.heard)
    else if ('gaps' in step) {
      const gaps = (listening?.messages() ?? []).flatMap((message) => message.gaps ?? [])
      expect(gaps.flatMap(({ paths }) => paths ?? ['all'])).toEqual(step.gaps)
    } else if ('connections' in step) expect(network.count()).toBe(step.connections)
    else if ('stored' in step) expect(listening?.stored.length).toBe(step.stored)
    else lookAtHealth(step)
  }

  function lookAtHealth(step: Step): void {
    const adapter = listening?.adapter
    if ('state' in step) {
      expect(adapter?.health()).toMatchObject(healthOf(step.state, step.detail))
    } else if ('device' in step) {
      const health = adapter?.devices().get('device-1')
      expect(health).toMatchObject(healthOf(step.device, step.detail))
    }
  }

  return {
    take,
    taken,
    async [Symbol.asyncDispose]() {
      await listening?.[Symbol.asyncDispose]()
      await network[Symbol.asyncDispose]()
      await server[Symbol.asyncDispose]()
    },
  }
}

function healthOf(state: string, detail: string | undefined) {
  return {
    state,
    ...(detail !== undefined && { detail: expect.stringContaining(detail) }),
  }
}
