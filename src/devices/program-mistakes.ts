import type { TypeMistake } from './check-type.ts'
import { expressionMistake } from './sandbox/expression.ts'

/** The parts of a type that have to do with code. */
interface WithPrograms {
  readonly protocol: string
  readonly codec?: string | undefined
  readonly codecSource?: string | undefined
  readonly transform?: string | undefined
  readonly tlv?: unknown
  readonly lorawan?: { readonly payload: 'frm' | 'object' }
  readonly points: Readonly<Record<string, object>>
}

/** What must hold between a type, its codec and its expressions. */
export function programMistakes(type: object): TypeMistake[] {
  return isWithPrograms(type) ? [...codecMistakes(type), ...expressionMistakes(type)] : []
}

function isWithPrograms(type: object): type is WithPrograms {
  return 'protocol' in type && 'points' in type
}

function codecMistakes(type: WithPrograms): TypeMistake[] {
  const { codec, codecSource, tlv, lorawan } = type
  if (codec === './codec.js' && codecSource === undefined) {
    return [{ path: ['codec'], message: 'a file codec.js beside type.yaml' }]
  }
  if (codecSource !== undefined && codec !== './codec.js') {
    return [{ path: ['codec'], message: './codec.js, because that file is there' }]
  }
  if ((codec === 'tlv') !== (tlv !== undefined)) {
    return [
      {
        path: [codec === 'tlv' ? 'tlv' : 'codec'],
        message: 'codec: tlv together with a table tlv',
      },
    ]
  }
  if (lorawan === undefined) return []
  if ((lorawan.payload === 'frm') === (codec !== undefined)) return []
  const message =
    codec === undefined
      ? './codec.js or tlv, to read the bytes of the device; or lorawan.payload: object'
      : 'no codec, because with lorawan.payload: object the network server has decoded already'
  return [{ path: ['codec'], message }]
}

function expressionMistakes({ transform, points }: WithPrograms): TypeMistake[] {
  const texts: [TypeMistake['path'], unknown][] = [
    [['transform'], transform],
    ...Object.entries(points).map(([key, point]): [TypeMistake['path'], unknown] => [
      ['points', key, 'jsonata'],
      'jsonata' in point ? point.jsonata : undefined,
    ]),
  ]
  return texts.flatMap(([path, text]) => {
    const why = typeof text === 'string' ? expressionMistake(text) : undefined
    return why === undefined ? [] : [{ path, message: `JSONata that can be read: ${why}` }]
  })
}
