/** What a sender shows: a token and, with Basic, the user name beside it. */
export interface Shown {
  readonly user: string | undefined
  readonly token: string
}

/**
 * The token of a request: `Bearer`, `Token` (InfluxDB 2; also `USER:TOKEN`, as clients of 1.x send
 * it), the password of `Basic`, or the parameters `u` and `p` of InfluxDB 1. Undefined when there is
 * none.
 */
export function shownToken(
  authorization: string | undefined,
  query: ReadonlyMap<string, string>,
): Shown | undefined {
  if (authorization !== undefined) return fromHeader(authorization)
  const token = query.get('p')
  return token === undefined ? undefined : { user: query.get('u'), token }
}

function fromHeader(header: string): Shown | undefined {
  const [, scheme = '', value = ''] = /^([A-Za-z]+) +(\S+)\s*$/.exec(header) ?? []
  switch (scheme.toLowerCase()) {
    case 'bearer':
      return { user: undefined, token: value }
    case 'token':
      return withUser(value)
    case 'basic':
      return withUser(Buffer.from(value, 'base64').toString('utf8'))
    default:
      return undefined
  }
}

/** Tokens hold no colon. */
function withUser(text: string): Shown {
  const colon = text.indexOf(':')
  if (colon < 0) return { user: undefined, token: text }
  return { user: text.slice(0, colon), token: text.slice(colon + 1) }
}
