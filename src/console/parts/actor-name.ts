import type { Messages } from '../messages/messages.ts'

/** Who did something: the id of a person, a word for what is not a person, or both: `device:pump-1`. */
export function actorName(actor: string, messages: Messages): string {
  if (actor.startsWith('user:')) return actor.slice('user:'.length)
  const names = messages.common.actors
  const [kind = actor, ...id] = actor.split(':')
  const name = Object.hasOwn(names, kind) ? names[kind] : undefined
  if (name === undefined) return actor
  return id.length === 0 ? name : `${name} ${id.join(':')}`
}
