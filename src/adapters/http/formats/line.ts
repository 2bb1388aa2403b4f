import type { HttpConnectionOf } from '../../../devices/http/connection.ts'
import {
  isPrecision,
  LineGroups,
  lineMessage,
  lineTime,
  precisions,
  type LineGroup,
  type Precision,
} from '../../../devices/http/line-message.ts'
import {
  isFault,
  parseLines,
  type Line,
  type LineFault,
} from '../../../devices/http/line-protocol.ts'
import { MAX_PAYLOAD_BYTES } from '../../../devices/json/parse-message.ts'
import { Problem } from '../../../domain/problem.ts'
import type { TimeUs } from '../../../domain/time.ts'
import { requirePost, textOf, type Answer, type Delivery } from '../delivery.ts'
import type { Heard, Source } from '../source.ts'

/** Lines whose fault is spelled out. */
const SHOWN_FAULTS = 5

interface Given {
  readonly settings: HttpConnectionOf<'line'>
  readonly most: number
}

/**
 * Lines of InfluxDB's protocol. As InfluxDB does it, a line that cannot be read is refused and the
 * others are stored: then the answer is 400 and names the lines. All well: 204.
 */
export async function takeLines(
  delivery: Delivery,
  source: Source,
  given: Given,
): Promise<Answer> {
  requirePost(delivery)
  const precision = precisionOf(delivery)
  const read = readLines(textOf(delivery), { ...given, precision, now: delivery.ingest })
  const { messages, faults } = read
  const kept = await source.keep(messages, delivery.ingest)
  if (faults.length > 0) {
    const [first] = faults
    source.refuse(
      'bad_line',
      `line ${first?.number}: ${first?.why}`,
      bytes(first?.start ?? ''),
    )
    throw partial(faults, { lines: read.lines, stored: kept.stored })
  }
  return {
    status: 204,
    headers: {
      'gatuvakt-stored': String(kept.stored),
      'gatuvakt-unknown': String(kept.unknown),
    },
  }
}

interface Read {
  readonly lines: number
  readonly messages: readonly Heard[]
  readonly faults: readonly LineFault[]
}

function readLines(
  text: string,
  given: Given & { readonly precision: Precision; readonly now: TimeUs },
): Read {
  const faults: LineFault[] = []
  const groups = new LineGroups()
  let lines = 0
  for (const line of parseLines(text)) {
    lines += 1
    if (lines > given.most) throw tooManyLines(given.most)
    const fault = isFault(line) ? line : addLine(groups, line, given)
    if (fault !== undefined) faults.push(fault)
  }
  const messages: Heard[] = []
  for (const group of groups.all()) {
    const payload = lineMessage(group)
    if (payload.length <= MAX_PAYLOAD_BYTES) messages.push(heard(group, payload, given))
    else
      faults.push({ number: group.number, why: 'it is too long', start: group.measurement })
  }
  return { lines, messages, faults }
}

function addLine(
  groups: LineGroups,
  line: Line,
  given: Given & { readonly precision: Precision; readonly now: TimeUs },
): LineFault | undefined {
  const fault = (why: string): LineFault => ({
    number: line.number,
    why,
    start: line.measurement.slice(0, 80),
  })
  const { tag } = given.settings.identity
  if (!line.tags.has(tag)) return fault(`it has no tag ${tag}, which names the device`)
  // InfluxDB puts its own time on a line that has none.
  const time =
    line.timestamp === undefined ? given.now : lineTime(line.timestamp, given.precision)
  if (time === undefined) {
    return fault(`its time is out of range; is the precision really ${given.precision}?`)
  }
  groups.add(line, time)
  return undefined
}

function heard(group: LineGroup, payload: Uint8Array, { settings }: Given): Heard {
  const identity = group.tags.get(settings.identity.tag) ?? ''
  return { identity, topic: `line/${group.measurement.slice(0, 200)}`, payload }
}

function precisionOf({ query }: Delivery): Precision {
  const said = query.get('precision') ?? 'ns'
  if (isPrecision(said)) return said
  throw new Problem({
    kind: 'invalid',
    what: `The precision ${JSON.stringify(said.slice(0, 20))} is not known; nothing was stored`,
    where: 'query.precision',
    next: `Use one of ${precisions.join(', ')}`,
  })
}

function partial(
  faults: readonly LineFault[],
  counts: { readonly lines: number; readonly stored: number },
): Problem {
  const shown = faults
    .slice(0, SHOWN_FAULTS)
    .map(({ number, why, start }) => `line ${number}: ${why} (${JSON.stringify(start)})`)
  const more = faults.length - shown.length
  const rest = more > 0 ? `; and ${more} more` : ''
  return new Problem({
    kind: 'invalid',
    what: `partial write: unable to parse ${faults.length} of ${counts.lines} lines: ${shown.join('; ')}${rest}`,
    why: `The other lines are stored, as ${counts.stored} messages of known devices`,
    next: 'Mend these lines at the sender; the others need not be sent again',
    facts: { line: faults[0]?.number, refused: faults.length, stored: counts.stored },
  })
}

function tooManyLines(most: number): Problem {
  return new Problem({
    kind: 'too_large',
    what: `There are more than ${most} lines; nothing was stored`,
    where: 'body',
    next: 'Send fewer at a time (Telegraf: metric_batch_size)',
  })
}

function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}
