import { z } from 'zod'
import { organisationId } from '../../domain/ids.ts'
import { lastMessage } from '../../workshop/last-message.ts'
import { typesInForce } from '../../workshop/types-in-force.ts'
import {
  typeListViewOf,
  type TypeApplyView,
  type TypeListView,
  type TypeRollBackView,
  type TypeTryView,
} from '../type-view.ts'
import {
  applyBody,
  applyWork,
  rollBackBody,
  rollBackWork,
  tryBody,
  tryWork,
} from '../types-work.ts'
import { organisationOf } from './organisation.ts'
import type { LocalParts } from './parts.ts'

const whose = { organisation: organisationId.optional() }

const listBody = z.strictObject(whose)

/** The device types in force. */
export async function typesList(parts: LocalParts, input: unknown): Promise<TypeListView> {
  const organisation = await organisationOf(parts, listBody.parse(input).organisation)
  const { database, configurations } = parts
  const current = await configurations.current(organisation)
  return typeListViewOf(await typesInForce(database, organisation, current))
}

const tryInput = tryBody.extend(whose)

/** A message as a type would understand it, and the rules it would make true. */
export async function typesTry(parts: LocalParts, input: unknown): Promise<TypeTryView> {
  const { organisation, ...body } = tryInput.parse(input)
  const { log } = parts
  return tryWork(
    { ...parts, lastMessage: (of, device) => lastMessage(log, of, device) },
    await organisationOf(parts, organisation),
    body,
  )
}

const applyInput = applyBody.extend(whose)

/** One type into force. */
export async function typesApply(
  parts: LocalParts,
  input: unknown,
): Promise<TypeApplyView> {
  const { organisation, ...body } = applyInput.parse(input)
  const own = await organisationOf(parts, organisation)
  return applyWork(parts, { organisation: own, author: 'local' }, body)
}

const rollBackInput = rollBackBody.extend(whose)

/** An earlier text of a type into force. */
export async function typesRollBack(
  parts: LocalParts,
  input: unknown,
): Promise<TypeRollBackView> {
  const { organisation, ...body } = rollBackInput.parse(input)
  const own = await organisationOf(parts, organisation)
  return rollBackWork(parts, { organisation: own, author: 'local' }, body)
}
