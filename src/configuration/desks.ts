import type { DeskCatalogue } from '../annunciation/catalogue.ts'
import type { Desk, Rota, Target } from '../annunciation/desk.ts'
import type { Resolved } from './activate.ts'

/** Desks and whom they tell, with every name replaced by the id it stands for. */
export function deskCatalogue(
  resolved: Resolved,
): Pick<DeskCatalogue, 'desks' | 'rotas' | 'channels' | 'people' | 'zone' | 'languages'> {
  const { typed, idOf } = resolved
  const [own] = typed.organisation.values()
  const inOrder = [...typed.desk].toSorted(
    ([a, one], [b, other]) => one.order - other.order || (a < b ? -1 : 1),
  )
  return {
    desks: new Map(
      inOrder.map(([slug, desk]) => [idOf('desk', slug), withIds(desk, resolved)]),
    ),
    rotas: new Map(
      [...typed.rota].map(([slug, rota]) => [
        idOf('rota', slug),
        withPeople(rota, resolved),
      ]),
    ),
    channels: new Map(
      [...typed.channel].map(([slug, channel]) => [idOf('channel', slug), channel]),
    ),
    people: new Map(
      [...typed.user].map(([slug, { name, email }]) => [
        idOf('user', slug),
        { name, email },
      ]),
    ),
    zone: own?.timezone ?? 'UTC',
    languages: own?.languages ?? [],
  }
}

function withIds(desk: Desk, { idOf }: Pick<Resolved, 'idOf'>): Desk {
  const { takes, steps, heartbeat } = desk
  const targetOf = (target: Target): Target => {
    if ('rota' in target) return { rota: idOf('rota', target.rota) }
    if ('person' in target) return { person: idOf('user', target.person) }
    return { channel: idOf('channel', target.channel) }
  }
  const stepById = (step: Desk['steps'][number]): typeof step => {
    return { ...step, to: step.to.map(targetOf) }
  }
  const rulesById = (one: NonNullable<Desk['takes']>[number]): typeof one => {
    const { rules, ...rest } = one
    return rules === undefined
      ? rest
      : { ...rest, rules: rules.map((rule) => idOf('rule', rule)) }
  }
  return {
    ...desk,
    ...(takes !== undefined && {
      takes: takes.map(rulesById),
    }),
    steps: steps.map(stepById),
    ...(heartbeat !== undefined && {
      heartbeat: { ...heartbeat, channel: idOf('channel', heartbeat.channel) },
    }),
  }
}

function withPeople(rota: Rota, { idOf }: Pick<Resolved, 'idOf'>): Rota {
  return {
    ...rota,
    people: rota.people.map((person) => idOf('user', person)),
    overrides: rota.overrides.map(({ from, to, person }) => {
      return { from, to, person: idOf('user', person) }
    }),
  }
}
