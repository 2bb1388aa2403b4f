import type { OrganisationId } from '../domain/ids.ts'

/** Ids of rows of the outbox among Message-IDs: our letters are called `<id.organisation@domain>`. Pure. */
export function ourLetters(
  organisation: OrganisationId,
  messageIds: readonly string[],
): readonly string[] {
  return messageIds.flatMap((name) => {
    const [, id, whose] = /^([0-9a-f]{32})\.([a-z0-9-]{1,63})@/.exec(name) ?? []
    return id !== undefined && whose === organisation ? [id] : []
  })
}
