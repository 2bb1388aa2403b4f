import type { TimeUs } from '../domain/time.ts'
import type { Message } from './message-reader.ts'

/** What a reader may know beside the message itself. */
export interface ReadContext {
  readonly ingest: TimeUs
  readonly params: Readonly<Record<string, string | number>>
}

/** A message reader that may look at who spoke and when it was heard. */
export type ContextReader = (
  payload: Uint8Array,
  context: ReadContext,
) => Message | Promise<Message>
