/** A worker that holds on to what it was given. */

import { answerCalls, type CallHandlers } from '../../src/store/worker-calls.ts'

export type KeepingCalls = {
  readonly keep: { readonly request: Uint8Array<ArrayBuffer>; readonly reply: number }
  readonly kept: { readonly request: null; readonly reply: number }
  readonly giveBack: {
    readonly request: Uint8Array<ArrayBuffer>
    readonly reply: Uint8Array<ArrayBuffer>
  }
}

let held = new Uint8Array()

const handlers: CallHandlers<KeepingCalls> = {
  keep: (bytes) => {
    held = bytes
    return { reply: bytes.length }
  },
  kept: () => ({ reply: held.length }),
  giveBack: (bytes) => ({ reply: bytes, transfer: [bytes.buffer] }),
}

answerCalls<KeepingCalls>(handlers)
