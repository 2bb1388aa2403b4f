import { compileTime } from '../compile-type.ts'
import type { ContextReader, ReadContext } from '../context-reader.ts'
import type { TypeOf } from '../device-type.ts'
import { createMessageParser } from '../json/parse-message.ts'
import type { Message } from '../message-reader.ts'
import { programOf } from '../program-of.ts'
import { readRoot, type Surroundings } from '../read-root.ts'
import type { Job } from '../sandbox/program.ts'
import type { Sandbox } from '../sandbox/sandbox.ts'
import { absentValues } from './absent.ts'
import { readTlv } from './tlv.ts'
import { uplinkOf, type Uplink } from './uplink.ts'

/** What says nothing of any point and is no fault: a join, another port, a frame without data. */
const silence: Message = { ok: true, partial: true, say: () => [] }

/**
 * Reads messages of LoRaWAN network servers: bytes through the type's codec or table, or what a codec
 * on the server made of them. The server's time is when it heard; `$envelope` tells of the radio.
 */
export function lorawanReader(type: TypeOf<'lorawan'>, sandbox: Sandbox): ContextReader {
  const parse = createMessageParser()
  const { lorawan, time, tlv } = type
  const { envelopes, fPort: ports, payload } = lorawan
  const program = programOf(type)
  const root = readRoot(type.points, time && compileTime(time))
  const absent = absentValues(type)
  /** The reading goes on when the code has run, or at once when there is none. */
  function finish(job: Job, around: Surroundings): Message | Promise<Message> {
    if (program !== undefined)
      return sandbox.run(program, job).then((one) => root(one, around))
    return root({ ok: true, root: job.root, values: {}, errors: {} }, around)
  }

  function readObject(uplink: Uplink, context: ReadContext): Message | Promise<Message> {
    if (uplink.object === undefined) return undecoded
    const job = jobOf(uplink, context, { root: { data: uplink.object } })
    const around = surroundings(uplink)
    const fills = uplink.server === 'tts3' && absent !== undefined
    return finish(job, fills ? { ...around, absent } : around)
  }

  function readBytes(uplink: Uplink, context: ReadContext): Message | Promise<Message> {
    const { bytes, fPort } = uplink
    if (bytes === undefined) return silence
    const around = surroundings(uplink)
    if (tlv === undefined) {
      return finish(jobOf(uplink, context, { uplink: { bytes, fPort } }), around)
    }
    const { data, problems } = readTlv(bytes, tlv)
    const job = jobOf(uplink, context, { root: { data } })
    return finish(job, { ...around, problems, partial: true })
  }

  return (bytes, context) => {
    const parsed = parse(bytes)
    if (!parsed.ok) return parsed
    const found = uplinkOf(parsed.root, envelopes)
    if (found.kind === 'problem') return { ok: false, problem: found.problem }
    if (found.kind === 'other') return silence
    const { uplink } = found
    if (uplink.fPort === 0 || ports?.includes(uplink.fPort) === false) return silence
    return payload === 'object' ? readObject(uplink, context) : readBytes(uplink, context)
  }
}

const undecoded: Message = {
  ok: false,
  problem: {
    reason: 'not_decoded',
    detail:
      'the network server has decoded nothing; give the device a codec there, or the type one here',
  },
}

function surroundings({ envelope, heard }: Uplink): Surroundings {
  return { envelope, ...(heard !== undefined && { server: heard }) }
}

function jobOf(
  { envelope, heard }: Uplink,
  { ingest, params }: ReadContext,
  input: Pick<Job, 'root' | 'uplink'>,
): Job {
  return { ...input, params, envelope, now: (heard ?? ingest) / 1_000 }
}
