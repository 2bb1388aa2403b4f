import type { Messages } from '../messages/messages.ts'

/** Who did something: the id of a person, or a word for what is not a person. */
export function actorName(actor: string, messages: Messages): string {
  if (actor.startsWith('user:')) return actor.slice('user:'.length)
  const names = messages.common.actors
  return Object.hasOwn(names, actor) ? (names[actor] ?? actor) : actor
}
