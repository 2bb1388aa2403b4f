import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { systemClock } from '../../clock.ts'
import { duration } from '../../domain/duration.ts'
import { Problem } from '../../domain/problem.ts'
import { timeUs, type DurationUs } from '../../domain/time.ts'
import { groupSamples, type Sample, type SampleGroup } from '../../workshop/samples.ts'
import type { Scaffold } from '../../workshop/scaffold.ts'
import { templateOf, type NewProtocol } from '../../workshop/templates.ts'
import { typeOfNodes } from '../../workshop/type-of-nodes.ts'
import { typeOfRegisters } from '../../workshop/type-of-registers.ts'
import { typeOfSamples } from '../../workshop/type-of-samples.ts'
import { startProgress } from '../progress.ts'
import type { Terminal } from '../terminal.ts'
import { counted } from './mistake-lines.ts'
import { sniff } from './mqtt-sniff.ts'
import { probeNodes } from './opcua-look.ts'
import { scanRegisters } from './protocols.ts'

/** What `types new` was told. */
export interface NewOptions {
  readonly from: NewProtocol
  readonly type?: string
  readonly sniff?: string
  readonly topic: string
  readonly for: string
  readonly group: string
  readonly sample: string[]
  readonly scan?: string
  readonly units: string
  readonly range: string
  readonly addressBase: string
  readonly probe?: string
  readonly root: string
  readonly namespace: string[]
  readonly trust?: string
  readonly json?: boolean
}

/** A type before it is written. */
export interface Made {
  readonly scaffold: Scaffold
  /** What was heard, kind by kind; empty for a template. */
  readonly kinds: readonly string[]
}

/** A type from a template, from what is heard, or from files. */
export async function make(
  type: string,
  options: NewOptions,
  terminal: Terminal,
): Promise<Made> {
  const { from } = options
  if (options.scan !== undefined) return fromScan(type, options, terminal)
  const listens = options.sniff !== undefined || options.sample.length > 0
  if (!listens) {
    return { scaffold: templateOf(from, { type, at: wholeSeconds() }), kinds: [] }
  }
  if (from !== 'mqtt' && from !== 'http') throw notHeard(from)
  const samples = await samplesOf(options, terminal)
  const { groups, unreadable } = groupSamples(samples)
  const group = groups[Number(options.group) - 1]
  if (group === undefined) throw nothingHeard(options, samples.length, groups.length)
  const source = options.sniff === undefined ? 'files' : `MQTT, ${options.topic}`
  return {
    scaffold: typeOfSamples({ type, protocol: from, group, from: source }),
    kinds: [
      ...groups.map((one, index) => `${index + 1}  ${kindLine(one)}`),
      ...(unreadable > 0 ? [`${counted(unreadable, 'message')} that is not JSON`] : []),
    ],
  }
}

async function fromScan(
  type: string,
  options: NewOptions,
  terminal: Terminal,
): Promise<Made> {
  const { from, scan: url = '', units, range } = options
  if (from !== 'modbus') throw notHeard(from)
  const addressBase = options.addressBase === '1' ? 1 : 0
  const progress = startProgress(terminal, 'registers')
  try {
    const found = await scanRegisters({
      url,
      units,
      range,
      addressBase,
      stop: terminal.stop,
      found: (count) => progress.at(count),
    })
    const scaffold = typeOfRegisters({
      type,
      addressBase,
      found,
      at: wholeSeconds(),
      from: url,
    })
    return { scaffold, kinds: [`${counted(found.length, 'register')} or holes`] }
  } finally {
    progress.end()
  }
}

/** A type of the variables of an OPC UA server. */
export async function fromProbe(
  type: string,
  options: NewOptions,
  { terminal, data }: { readonly terminal: Terminal; readonly data: string },
): Promise<Made> {
  const { from, probe: url = '', root, trust } = options
  if (from !== 'opcua') throw notHeard(from)
  const progress = startProgress(terminal, 'nodes')
  try {
    const found = await probeNodes({
      url,
      root,
      trust,
      namespaces: namespacesOf(options.namespace),
      folder: join(data, 'opcua'),
      stop: terminal.stop,
      found: (count) => progress.at(count),
    })
    const scaffold = typeOfNodes({
      type,
      found,
      at: wholeSeconds(),
      from: `${url} ${root}`,
    })
    return { scaffold, kinds: [counted(found.length, 'variable')] }
  } finally {
    progress.end()
  }
}

function namespacesOf(texts: readonly string[]): Record<string, string> {
  const parts = texts.map((text): [string, string] => {
    const [, prefix = '', uri = ''] = /^([a-z][a-z0-9]*)=(.+)$/.exec(text) ?? []
    if (prefix !== '') return [prefix, uri]
    const what = `${text} names no namespace`
    const next = 'write it as p=urn:maker:station'
    throw new Problem({ kind: 'invalid', what, where: '--namespace', next })
  })
  return Object.fromEntries(parts)
}

function kindLine({ samples, topics }: SampleGroup): string {
  const [topic = ''] = topics
  const on = topic === '' ? '' : ` on ${counted(topics.length, 'topic')} such as ${topic}`
  return `${counted(samples.length, 'message')}${on}`
}

async function samplesOf(
  options: NewOptions,
  terminal: Terminal,
): Promise<readonly Sample[]> {
  const { sniff: url, topic, sample } = options
  if (url === undefined) {
    const texts = await Promise.all(sample.map((path) => readFile(path, 'utf8')))
    return texts.flatMap(linesOf)
  }
  const progress = startProgress(terminal, 'messages')
  try {
    return await sniff({
      url,
      topic,
      during: listenFor(options.for),
      password: terminal.env['MQTT_PASSWORD'],
      clock: systemClock,
      stop: terminal.stop,
      heard: (count) => progress.at(count),
    })
  } finally {
    progress.end()
  }
}

/** One message over several lines, or one a line. */
function linesOf(text: string): Sample[] {
  const at = wholeSeconds()
  const whole = isJson(text)
    ? [text]
    : text.split('\n').filter((line) => line.trim() !== '')
  return whole.map((line) => ({
    topic: '',
    payload: new TextEncoder().encode(line.trim()),
    at,
  }))
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

function wholeSeconds() {
  return timeUs(Math.floor(systemClock.now() / 1e6) * 1e6)
}

function listenFor(text: string): DurationUs {
  const parsed = duration.safeParse(text)
  if (parsed.success) return parsed.data
  throw new Problem({
    kind: 'invalid',
    what: `${text} is no duration`,
    where: '--for',
    next: 'write it as 60s or 10m',
  })
}

function nothingHeard(
  { group, topic }: NewOptions,
  messages: number,
  kinds: number,
): Problem {
  if (kinds > 0) {
    return new Problem({
      kind: 'not_found',
      what: `${kinds} kinds of messages were heard; there is no kind ${group}`,
      where: '--group',
      next: `take one from 1 to ${kinds}`,
    })
  }
  return new Problem({
    kind: 'not_found',
    what: messages === 0 ? `nothing was heard on ${topic}` : 'no message was a JSON object',
    next: 'listen longer with --for, or to another --topic; what is not JSON needs a template',
  })
}

function notHeard(from: string): Problem {
  return new Problem({
    kind: 'invalid',
    what: `--sniff, --sample, --scan and --probe do not all go with ${from}`,
    next: '--sniff is for mqtt, --sample for mqtt and http, --scan for modbus, --probe for opcua; lorawan starts from a template',
  })
}
