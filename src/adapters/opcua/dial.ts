import type { EndpointDescription, OPCUAClient } from 'node-opcua'
import type { OpcuaConnection } from '../../devices/opcua/connection.ts'
import type { Clock } from '../../domain/clock.ts'
import { durationUs, SECOND } from '../../domain/time.ts'
import { within } from './deadline.ts'
import type { Identity } from './identity.ts'
import type { Opcua } from './library.ts'
import { rawSession, type RawSession } from './raw-session.ts'
import { readCertificate, whyUntrusted } from './trust.ts'

/** Why a connection did not come about, and whether somebody must change something first. */
export class Refused extends Error {
  override readonly name = 'Refused'
  readonly pace: 'soon' | 'slow'

  constructor(message: string, pace: 'soon' | 'slow', options?: ErrorOptions) {
    super(message, options)
    this.pace = pace
  }
}

export interface DialParts {
  readonly opcua: Opcua
  readonly settings: OpcuaConnection
  readonly identity: Identity
  readonly password: string | undefined
  readonly clock: Clock
}

/** A session on a secure channel of its own, to be closed by whoever dialled. */
export interface Dialled {
  readonly client: OPCUAClient
  readonly session: RawSession
}

/** Requests larger than this are not answered to us: a guard against endless messages. */
const transport = { maxMessageSize: 16 * 1024 * 1024, maxChunkCount: 1_024 }
/** The server forgets a session after so long without a request, in ms. */
const sessionMs = 120_000
/** How long closing may take before the socket is left to itself. */
const closeWithin = durationUs(2 * SECOND)

/**
 * Opens a session: asks the server for its endpoints, holds its certificate against those that were
 * approved, opens the secure channel and shows who we are. Rejects with Refused or TimedOut within
 * the limits; nothing stays open then.
 */
export async function dial(parts: DialParts): Promise<Dialled> {
  const { settings, clock } = parts
  refuseExpiredException(settings, clock)
  const open: OPCUAClient[] = []
  try {
    return await within(dialInTime(parts, open), {
      clock,
      after: settings.limits.connectWithin,
      what: `a session with ${settings.endpoint}`,
    })
  } catch (error) {
    for (const client of open) void hangUp(client, clock)
    throw error
  }
}

/** Closes session and channel, within bounds. Never rejects. */
export async function hangUp(client: OPCUAClient, clock: Clock): Promise<void> {
  try {
    await within(client.disconnect(), { clock, after: closeWithin, what: 'closing' })
  } catch {
    // What does not let itself be closed must still not hold a socket.
    const channel: unknown = Reflect.get(client, '_secureChannel')
    if (typeof channel !== 'object' || channel === null) return
    const abort: unknown = Reflect.get(channel, 'abortConnection')
    if (typeof abort === 'function') abort.call(channel, () => undefined)
  }
}

async function dialInTime(parts: DialParts, open: OPCUAClient[]): Promise<Dialled> {
  const { opcua, settings, identity, password } = parts
  const { policy, mode } = settings.security
  const endpoint = await chooseEndpoint(parts, open)
  const certificate = endpoint?.serverCertificate
  const client = opcua.OPCUAClient.create({
    ...clientOptions(parts, identity),
    securityMode: opcua.MessageSecurityMode[mode],
    securityPolicy: opcua.SecurityPolicy[policy],
    ...(certificate !== undefined && { serverCertificate: certificate }),
  })
  open.push(client)
  await client.connect(settings.endpoint).catch((error: unknown) => {
    throw new Refused(`${settings.endpoint}: ${textOf(error)}`, paceOf(error), {
      cause: error,
    })
  })
  const identityToken =
    settings.username === undefined || password === undefined
      ? undefined
      : ({
          type: opcua.UserTokenType.UserName,
          userName: settings.username,
          password,
        } as const)
  const session = await client.createSession(identityToken).catch((error: unknown) => {
    throw sessionRefused(settings, error)
  })
  return { client, session: rawSession(session) }
}

/** The endpoint with our policy and mode, its certificate approved; undefined without security. */
async function chooseEndpoint(
  parts: DialParts,
  open: OPCUAClient[],
): Promise<EndpointDescription | undefined> {
  const { opcua, settings, identity, clock } = parts
  const { policy, mode } = settings.security
  const asking = opcua.OPCUAClient.create(clientOptions(parts, identity))
  open.push(asking)
  await asking.connect(settings.endpoint).catch((error: unknown) => {
    throw new Refused(`${settings.endpoint}: ${textOf(error)}`, paceOf(error), {
      cause: error,
    })
  })
  const endpoints = await asking.getEndpoints()
  await hangUp(asking, clock)
  const uri = opcua.SecurityPolicy[policy]
  const wanted = endpoints.find(
    (one) =>
      one.securityPolicyUri === uri && one.securityMode === opcua.MessageSecurityMode[mode],
  )
  if (wanted === undefined) {
    const offered = endpoints.slice(0, 20).map((one) => {
      const name = (one.securityPolicyUri ?? '').replace(/^.*#/, '')
      return `${name} ${opcua.MessageSecurityMode[one.securityMode]}`
    })
    throw new Refused(
      `${settings.endpoint} does not offer ${policy} with ${mode}; it offers ${[...new Set(offered)].join(', ')}`,
      'slow',
    )
  }
  if (policy === 'None') return undefined
  const shown = readCertificate(wanted.serverCertificate)
  const why = whyUntrusted(shown, settings.trust, clock.now())
  if (why !== undefined) throw new Refused(`${settings.endpoint}: ${why}`, 'slow')
  return wanted
}

function clientOptions({ opcua, settings }: DialParts, identity: Identity) {
  return {
    applicationName: 'Gatuvakt',
    applicationUri: identity.applicationUri,
    certificateFile: identity.certificateFile,
    privateKeyFile: identity.privateKeyFile,
    clientCertificateManager: new opcua.InMemoryCertificateStore(),
    // Never by itself: a new attempt is a new client of ours.
    connectionStrategy: { maxRetry: 0, initialDelay: 100, maxDelay: 200 },
    endpointMustExist: false,
    keepSessionAlive: false,
    requestedSessionTimeout: sessionMs,
    defaultTransactionTimeout: Math.round(settings.limits.answerWithin / 1_000),
    transportTimeout: Math.round(settings.limits.connectWithin / 1_000),
    transportSettings: transport,
  }
}

function refuseExpiredException(
  { endpoint, security }: OpcuaConnection,
  clock: Clock,
): void {
  const { insecure, policy } = security
  if (insecure === undefined) return
  const end = Date.parse(`${insecure.expires}T23:59:59.999Z`) * 1_000
  if (clock.now() <= end) return
  throw new Refused(
    `${endpoint}: the exception for ${policy} ended on ${insecure.expires}; use a secure policy, or decide anew in security.insecure`,
    'slow',
  )
}

function sessionRefused({ endpoint, username }: OpcuaConnection, error: unknown): Refused {
  const text = textOf(error)
  if (/BadIdentityToken|BadUserAccessDenied|user token policy/.test(text)) {
    const who = username === undefined ? 'anonymous users' : `the user ${username}`
    const next =
      username === undefined
        ? 'set username and password'
        : 'check user name, password and its rights on the server'
    return new Refused(`${endpoint} does not let ${who} in (${text}): ${next}`, 'slow', {
      cause: error,
    })
  }
  if (/BadTooManySessions/.test(text)) {
    return new Refused(
      `${endpoint} has no session left (BadTooManySessions): another client holds them, or raise its limit`,
      'slow',
      { cause: error },
    )
  }
  return new Refused(`${endpoint}: ${text}`, paceOf(error), { cause: error })
}

/** A server that does not trust us needs its administrator. */
function paceOf(error: unknown): 'soon' | 'slow' {
  return /BadCertificate|BadSecurity/.test(textOf(error)) ? 'slow' : 'soon'
}

/** The library's message in one line of at most 300 characters. */
export function textOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error)
  return text.replaceAll(/\s+/g, ' ').trim().slice(0, 300)
}
