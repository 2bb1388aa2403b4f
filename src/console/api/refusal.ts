/** Why something was not done: as the service says, or `unreachable` when nobody answered. */
export type RefusalKind =
  | 'invalid'
  | 'not_found'
  | 'forbidden'
  | 'unauthenticated'
  | 'conflict'
  | 'too_large'
  | 'too_many'
  | 'unavailable'
  | 'internal'
  | 'unreachable'

export interface RefusalDetails {
  readonly kind: RefusalKind
  /** In English, as the service writes it; empty when nobody answered. */
  readonly what: string
  readonly where?: string
  readonly why?: string
  readonly next?: string
  readonly facts?: Readonly<Record<string, unknown>>
  /** Names the failure in the log of the service. */
  readonly instance?: string
}

/** What every failed request to the service throws. */
export class Refusal extends Error {
  override readonly name = 'Refusal'
  readonly details: RefusalDetails

  constructor(details: RefusalDetails, options?: ErrorOptions) {
    super(details.what === '' ? details.kind : details.what, options)
    this.details = details
  }
}

/** Anything that was thrown, as a refusal; what is not ours counts as a fault of the service. */
export function asRefusal(error: unknown): Refusal {
  if (error instanceof Refusal) return error
  const what = error instanceof Error ? error.message : String(error)
  return new Refusal({ kind: 'internal', what }, { cause: error })
}

/** Reads the answer to a refused request; whatever it is, a proxy's page included. */
export function refusalOf(status: number, body: unknown): Refusal {
  const fields = isRecord(body) ? body : {}
  const text = (name: string) => {
    const value = fields[name]
    return typeof value === 'string' ? value : undefined
  }
  const [where, why, next, instance] = ['where', 'why', 'next', 'instance'].map(text)
  const facts = fields['facts']
  return new Refusal({
    kind: kindOf(status),
    what: text('detail') ?? `HTTP ${status}`,
    ...(where !== undefined && { where }),
    ...(why !== undefined && { why }),
    ...(next !== undefined && { next }),
    ...(instance !== undefined && { instance: instance.split(':').at(-1) ?? instance }),
    ...(isRecord(facts) && { facts }),
  })
}

const kinds: Readonly<Record<number, RefusalKind>> = {
  401: 'unauthenticated',
  403: 'forbidden',
  404: 'not_found',
  409: 'conflict',
  413: 'too_large',
  429: 'too_many',
  502: 'unreachable',
  503: 'unavailable',
  504: 'unreachable',
}

function kindOf(status: number): RefusalKind {
  return kinds[status] ?? (status < 500 ? 'invalid' : 'internal')
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
