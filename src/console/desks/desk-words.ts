import type { DeliveryView, DeskView } from '../../api/desk-view.ts'
import type { Format } from '../format/format.ts'
import type { Messages } from '../messages/messages.ts'

interface Words {
  readonly format: Format
  readonly messages: Messages
}

/** Whom a step or a message names, `rota:night`, in words. */
export function targetText(target: string, { desks }: Messages): string {
  const at = target.indexOf(':')
  const kind = target.slice(0, at)
  const id = target.slice(at + 1)
  if (kind === 'channel' || kind === 'person' || kind === 'rota')
    return desks.targets[kind](id)
  return target
}

/** The steps of a desk in order; the number makes each text unique. */
export function stepTexts(steps: DeskView['steps'], words: Words): readonly string[] {
  return steps.map((step, index) => stepText(step, index + 1, words))
}

/** A step of a desk: `2. anna, 10 minutes later`. */
function stepText(
  { to, afterSeconds, onlyPriorities }: DeskView['steps'][number],
  number: number,
  { format, messages }: Words,
): string {
  const { desks } = messages
  const whom = to.map((target) => targetText(target, messages)).join(', ')
  const after =
    afterSeconds === 0 ? desks.atOnce : desks.afterSpan(format.span(afterSeconds * 1_000))
  const only =
    onlyPriorities === null ? '' : `, ${desks.onlyFor(onlyPriorities.join(', '))}`
  return `${number}. ${whom}, ${after}${only}`
}

const counted = ['raised', 'updated', 'cleared', 'reminded'] as const

/** What a message told: `2 raised, 1 cleared`. */
export function toldText(message: DeliveryView, { desks }: Messages): string {
  const parts = counted.flatMap((what) =>
    message[what] > 0 ? [desks.counts[what](message[what])] : [],
  )
  const kind = desks.kinds[message.kind]
  const why = causeText(message.because, desks)
  const told = parts.length === 0 ? kind : `${kind}: ${parts.join(', ')}`
  return why === '' ? told : `${told} (${why})`
}

/** Why a step was or will be taken; empty where that is nothing remarkable. */
export function causeText(
  because: DeliveryView['because'],
  desks: Messages['desks'],
): string {
  const plain = because === null || because === 'called' || because === 'waited'
  return plain ? '' : desks.because[because]
}

type Delivery = DeliveryView['deliveries'][number]

/** Letters and calls of one message, those that went the same way together. */
export function faredAlike(
  deliveries: readonly Delivery[],
): readonly { readonly delivery: Delivery; readonly count: number }[] {
  const alike = Map.groupBy(deliveries, (delivery) => JSON.stringify(delivery))
  return [...alike.values()].flatMap(([delivery, ...more]) =>
    delivery === undefined ? [] : [{ delivery, count: more.length + 1 }],
  )
}
