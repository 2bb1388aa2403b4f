import { z } from 'zod'
import {
  connectionNamed,
  connectionViewOf,
  visibleTo,
  type connectionListView,
  type ConnectionView,
} from '../connection-view.ts'
import { organisationId } from '../../domain/ids.ts'
import type { LocalParts } from './parts.ts'

const body = z.strictObject({
  organisation: organisationId.optional(),
  name: z.string().max(63).optional(),
})

/** How the ways to the field are; of everybody unless an organisation is named. */
export async function connectionList(
  parts: LocalParts,
  input: unknown,
): Promise<z.infer<typeof connectionListView>> {
  const { organisation } = body.parse(input)
  return { connections: held(parts, organisation).map(connectionViewOf) }
}

/** One of them. */
export async function connectionShow(
  parts: LocalParts,
  input: unknown,
): Promise<ConnectionView> {
  const { organisation, name = '' } = body.parse(input)
  return connectionViewOf(connectionNamed(held(parts, organisation), name))
}

function held(
  { connections = () => [] }: LocalParts,
  organisation: z.infer<typeof organisationId> | undefined,
) {
  return organisation === undefined ? connections() : visibleTo(connections(), organisation)
}
