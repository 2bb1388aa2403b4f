/** Where the lead of a server mounts the door. */
export const open311Prefix = '/open311/v2'

/** How an answer is written. */
export type Suffix = 'xml' | 'json'

export interface Asked {
  /** Parts of the path after the prefix, decoded, without the suffix. */
  readonly path: readonly string[]
  /** Undefined: it says neither. */
  readonly suffix: Suffix | undefined
}

/** Takes an address apart. Doubled slashes are one: clients put endings and beginnings together. */
export function suffixOf(url: string, prefix: string): Asked {
  const [path = ''] = url.split('?', 1)
  const own = path.replaceAll(/\/{2,}/g, '/').slice(prefix.length)
  const parts = own.split('/').filter((part) => part !== '')
  const last = parts.pop() ?? ''
  const [, name, suffix] = /^(.*)\.(xml|json)$/.exec(last) ?? []
  if (name === undefined) return { path: [...parts, last].map(decoded), suffix: undefined }
  return {
    path: [...parts, name].map(decoded),
    suffix: suffix === 'json' ? 'json' : 'xml',
  }
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}
