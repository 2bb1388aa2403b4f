import type { DeviceLogin } from './adapter.ts'

/** A topic that a filter allows. */
export interface TopicMatch {
  /** What stands where the filter has `+`: the device, in a gateway's or bridge's topic. */
  readonly captured?: string
}

const deviceId = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/

/**
 * Compares a topic with a filter of literal levels and at most one `+`, which stands for a
 * device. Undefined when it does not match; a filter with `#` or a second `+` matches nothing,
 * and neither does a topic that starts with `$`, because those belong to brokers.
 */
export function matchTopic(filter: string, topic: string): TopicMatch | undefined {
  if (topic.startsWith('$') || filter.includes('#')) return undefined
  if (!filter.includes('+')) return filter === topic ? {} : undefined
  const [before = '', after = '', ...more] = filter.split('+')
  if (more.length > 0 || !isWholeLevel(before, after)) return undefined
  if (!topic.startsWith(before) || !topic.endsWith(after)) return undefined
  const captured = topic.slice(before.length, topic.length - after.length)
  return deviceId.test(captured) ? { captured } : undefined
}

function isWholeLevel(before: string, after: string): boolean {
  return (before === '' || before.endsWith('/')) && (after === '' || after.startsWith('/'))
}

/** The device a message speaks for; undefined when this login may not publish to the topic. */
export function speakerOf(login: DeviceLogin, topic: string): string | undefined {
  for (const filter of login.publish) {
    const match = matchTopic(filter, topic)
    if (match === undefined) continue
    // A device speaks for itself whatever its filters say.
    if (login.class === 'device')
      return match.captured === undefined ? login.device : undefined
    return match.captured ?? login.device
  }
  return undefined
}
