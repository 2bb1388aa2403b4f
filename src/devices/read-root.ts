import type { TimeUs } from '../domain/time.ts'
import type { SourceTime } from './compile-type.ts'
import type { DecodeProblem } from './decoder.ts'
import { compilePath, isObject } from './json/path.ts'
import type { Message, Said } from './message-reader.ts'
import type { Outcome } from './sandbox/program.ts'

/** What stands around the message to read. */
export interface Surroundings {
  /** `$envelope` of paths. */
  readonly envelope?: Readonly<Record<string, unknown>>
  /** When a server between us says it heard. */
  readonly server?: TimeUs
  readonly partial?: boolean
  readonly problems?: readonly DecodeProblem[]
  /** What a point is that the message leaves out. */
  readonly absent?: ReadonlyMap<string, unknown>
}

/** Takes what came out of the sandbox for the message. */
export type RootReader = (outcome: Outcome, around: Surroundings) => Message

interface RootPoint {
  readonly path?: string | undefined
  readonly jsonata?: string | undefined
}

/** Prepares reading points by path out of a message that code has made, or by what the code says of them. */
export function readRoot(
  points: Readonly<Record<string, RootPoint>>,
  time: ((root: unknown) => SourceTime) | undefined,
): RootReader {
  const finders = new Map(
    Object.entries(points).map(([key, one]) => [key, finder(key, one)]),
  )
  return (outcome, around) => {
    if (!outcome.ok) return { ok: false, problem: outcome }
    const { root, errors } = outcome
    const measured = time?.(root) ?? {}
    const { source } = measured
    const { server, partial = false, problems = [], absent } = around
    const times = {
      ...(source !== undefined && { source }),
      ...(server !== undefined && { server }),
    }
    return {
      ok: true,
      partial,
      problems: measured.problem === undefined ? problems : [...problems, measured.problem],
      say: (key): readonly Said[] => {
        const error = Object.hasOwn(errors, key) ? errors[key] : undefined
        if (error !== undefined) return [{ ...expressionFailed(key, error), ...times }]
        const raw = finders.get(key)?.(outcome, around.envelope) ?? absent?.get(key)
        return raw === undefined || raw === null ? [] : [{ raw, ...times }]
      },
    }
  }
}

type Find = (
  outcome: Extract<Outcome, { readonly ok: true }>,
  envelope: Surroundings['envelope'],
) => unknown

function finder(key: string, { path, jsonata }: RootPoint): Find {
  if (jsonata !== undefined) {
    return ({ values }) => (Object.hasOwn(values, key) ? values[key] : undefined)
  }
  if (path === undefined) {
    return ({ root }) => {
      const data = isObject(root) ? root['data'] : undefined
      return isObject(data) && Object.hasOwn(data, key) ? data[key] : undefined
    }
  }
  const ofEnvelope = path.startsWith('$envelope')
  const { read } = compilePath(ofEnvelope ? `$${path.slice('$envelope'.length)}` : path)
  return ({ root }, envelope) => read(ofEnvelope ? envelope : root)
}

function expressionFailed(key: string, error: string): Said {
  return {
    raw: null,
    quality: 'bad',
    code: 'decode_error',
    problem: { reason: 'expression_error', detail: `${key}: ${error}` },
  }
}
