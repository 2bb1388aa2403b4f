import { z } from 'zod'
import { organisationId, slug } from '../../domain/ids.ts'
import type { LocalParts } from './parts.ts'

const body = z.strictObject({
  organisation: organisationId,
  device: slug,
  class: z.enum(['device', 'gateway', 'bridge']).default('device'),
})

/** A new secret for a device, shown this once; an earlier one ends. */
export async function issueCredential(
  parts: LocalParts,
  input: unknown,
): Promise<{ username: string; secret: string; topics: string[] }> {
  const request = body.parse(input)
  const issued = await parts.identity.issueDeviceSecret(
    request.organisation,
    request.device,
    request.class,
  )
  const configuration = await parts.configurations.current(request.organisation)
  return { ...issued, topics: [...(configuration?.topics.get(request.device) ?? [])] }
}
