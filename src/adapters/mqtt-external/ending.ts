import type { Pace } from './back-off.ts'

/** Why a connection, or an attempt at one, ended: in words a person can act on. */
export interface Ending {
  readonly kind:
    | 'stopped' // we ended it
    | 'lost' // the network, or a broker that went away
    | 'closed' // by the other side, without a reason
    | 'refused' // the broker does not want us, or our settings do not allow an attempt
    | 'taken_over' // somebody else connected with our client id
    | 'log_refused' // the reading log did not take a message, so the broker must keep it
    | 'overflowed' // the broker sent more than the window holds
  readonly pace: Pace
  readonly text: string
}

export const stopped: Ending = { kind: 'stopped', pace: 'soon', text: 'stopped' }

/** Who we said we are and where, for the texts. */
export interface Introduced {
  readonly endpoint: string
  readonly clientId: string
}

type Explain = (introduced: Introduced) => Ending

/** Return codes of CONNACK in MQTT 3.1.1 (section 3.2.2.3) and reason codes in MQTT 5 (3.2.2.2). */
const inConnack: Readonly<Record<number, Explain>> = {
  1: otherVersion,
  2: unwantedId,
  3: unavailable,
  4: wrongPassword,
  5: forbidden,
  132: otherVersion,
  133: unwantedId,
  134: wrongPassword,
  135: forbidden,
  136: unavailable,
  137: unavailable,
  138: ({ endpoint }) => refused(`${endpoint} has banned this client: ask who runs it`),
}

/** Reason codes of DISCONNECT in MQTT 5 (section 3.14.2.1). */
const inDisconnect: Readonly<Record<number, Explain>> = {
  139: ({ endpoint }) => lost(`${endpoint} is shutting down`),
  141: ({ endpoint }) => lost(`${endpoint} did not hear us in time`),
  142: ({ endpoint, clientId }) => ({
    kind: 'taken_over',
    pace: 'slow',
    text: `another client connected to ${endpoint} with our client id ${clientId}: give every instance its own clientId`,
  }),
  147: ({ endpoint }) => lost(`${endpoint} says that we exceeded its receive maximum`),
  152: ({ endpoint }) => refused(`an administrator of ${endpoint} ended our connection`),
}

/** What a refusal in CONNACK means. */
export function refusedBy(introduced: Introduced, code: number): Ending {
  return (
    inConnack[code]?.(introduced) ??
    refused(`${introduced.endpoint} refuses the connection with code ${code}`)
  )
}

/** What DISCONNECT from the broker means. */
export function disconnectedBy(introduced: Introduced, code: number): Ending {
  return (
    inDisconnect[code]?.(introduced) ??
    lost(`${introduced.endpoint} ended the connection with code ${code}`)
  )
}

/** What an error of the socket or the library means; undefined when the socket simply closed. */
export function lostTo({ endpoint }: Introduced, error: unknown): Ending {
  if (!(error instanceof Error)) {
    const text = `${endpoint} closed the connection without a word`
    return { kind: 'closed', pace: 'soon', text }
  }
  const code = 'code' in error && typeof error.code === 'string' ? error.code : ''
  if (/CERT|SIGNATURE|SIGNED|ISSUER|SSL|TLS/.test(code)) {
    return refused(`TLS with ${endpoint} failed (${code}): ${error.message.trim()}`)
  }
  return lost(`${endpoint}: ${error.message || code || 'connection lost'}`)
}

/**
 * MQTT 3.1.1 cannot say that a client id is in use, and Mosquitto before 2.0.15 does not: it closes
 * (github.com/eclipse-mosquitto/mosquitto/issues/2607). But then it lets us in again at once.
 */
export function suspectedRival({ endpoint, clientId }: Introduced): Ending {
  return {
    kind: 'taken_over',
    pace: 'slow',
    text: `${endpoint} closes our connections without a word and lets us in again at once: probably another client connects with our client id ${clientId}; give every instance its own clientId`,
  }
}

function refused(text: string): Ending {
  return { kind: 'refused', pace: 'slow', text }
}

function lost(text: string): Ending {
  return { kind: 'lost', pace: 'soon', text }
}

function otherVersion({ endpoint }: Introduced): Ending {
  return refused(
    `${endpoint} does not speak this version of MQTT: set protocolVersion (4 is MQTT 3.1.1)`,
  )
}

function unwantedId({ endpoint, clientId }: Introduced): Ending {
  return refused(
    `${endpoint} does not accept the client id ${clientId}: set another clientId`,
  )
}

function wrongPassword({ endpoint }: Introduced): Ending {
  return refused(`${endpoint} says that user name or password is wrong`)
}

function forbidden({ endpoint }: Introduced): Ending {
  return refused(
    `${endpoint} does not let this user connect: check user name, password and its access list`,
  )
}

function unavailable({ endpoint }: Introduced): Ending {
  return lost(`${endpoint} is not available at the moment`)
}
