import { Problem } from '../domain/problem.ts'

/** An address that leads nowhere. */
export function nothing(): Problem {
  return new Problem({ kind: 'not_found', what: 'There is nothing at this address' })
}

/** Tokens are for servers that do not know the id yet. */
export function noToken(): Problem {
  return new Problem({
    kind: 'not_found',
    what: 'token was not found',
    next: 'Every report gets its id at once here; there are no tokens',
  })
}

/** Unknown, hidden and private are the same. */
export function noRequest(): Problem {
  return new Problem({ kind: 'not_found', what: 'service_request_id was not found' })
}

/** The contract has no 405. */
export function noSuchMethod(): Problem {
  return new Problem({ kind: 'invalid', what: 'This method cannot be used here' })
}

/** Never says which of the two it was that is wrong, the key or whose it is. */
export function wrongKey(shown: string | undefined): Problem {
  return new Problem({
    kind: 'forbidden',
    what: shown === undefined ? 'api_key was not provided' : 'api_key is wrong',
    where: 'api_key',
    next: 'discovery.xml says how to get one',
  })
}
