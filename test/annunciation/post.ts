import { channelGone } from '../../src/annunciation/channel-state.ts'
import type { DeskCatalogue } from '../../src/annunciation/catalogue.ts'
import { createDeskCalls, createDeskRenderers } from '../../src/annunciation/renderers.ts'
import type { SentCall } from '../../src/delivery/call.ts'
import type { Letter } from '../../src/delivery/letter.ts'
import { createOutbox, type Outbox } from '../../src/delivery/outbox.ts'
import { systemRandom } from '../../src/random.ts'
import { openFixture, silent, type Fixture } from './fixture.ts'

export const sms = {
  kind: 'sms',
  name: 'Phones',
  url: 'https://sms.example/send',
  numbers: ['+46701234567', '+46707654321'],
  format: 'form',
  body: { from: 'Gatuvakt', to: '{number}', message: '{text}' },
  authorization: 'gateway',
}
export const crew = { kind: 'mail', addresses: ['crew@example.se', 'night@example.se'] }
export const boss = { kind: 'webhook', url: 'https://boss.example/hook', secret: 'boss' }
/** A crew with mail, a boss with a webhook, two phones, and a sign of life. */
export const written = {
  desks: {
    control: {
      steps: [{ to: [{ channel: 'crew' }, { channel: 'boss' }, { channel: 'phones' }] }],
      heartbeat: { channel: 'boss', every: '10m' },
    },
  },
  channels: { crew, boss, phones: sms },
}

/** A desk with everything behind it, and what left the house. */
export interface Post extends AsyncDisposable {
  readonly here: Fixture
  readonly letters: readonly Letter[]
  readonly calls: readonly SentCall[]
  /** What a receiver answers instead of taking a call. */
  refuse: (call: SentCall) => Error | undefined
  readonly catalogue: () => Promise<DeskCatalogue>
  outbox(): Outbox
}

export async function openPost(): Promise<Post> {
  const here = await openFixture(written)
  const { database, clock } = here
  const letters: Letter[] = []
  const calls: SentCall[] = []
  const catalogue = (): Promise<DeskCatalogue> => Promise.resolve(here.catalogue)
  const parts = { database, clock, catalogue, baseUrl: 'https://vakt.example' }
  const post: Post = {
    here,
    letters,
    calls,
    refuse: () => undefined,
    catalogue,
    outbox: () =>
      createOutbox({
        database,
        clock,
        random: systemRandom,
        log: silent,
        renderers: createDeskRenderers(parts),
        transport: { send: async (letter) => void letters.push(letter) },
        calls: {
          renderers: createDeskCalls(parts),
          gone: channelGone(parts),
          caller: {
            call: async (call) => {
              const error = post.refuse(call)
              if (error !== undefined) throw error
              calls.push(call)
            },
          },
        },
      }),
    [Symbol.asyncDispose]: () => here[Symbol.asyncDispose](),
  }
  return post
}
