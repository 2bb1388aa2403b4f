import { z } from 'zod'

/**
 * Where a program listens, as a municipality writes it down. Whoever calls it refuses private
 * addresses and loopback, too, unless the process allows them.
 */
export const endpoint = z
  .url({ protocol: /^https?$/ })
  .max(2_000)
  .refine(isGuarded, 'https (http only to this machine itself), without a name or password')

function isGuarded(text: string): boolean {
  if (!URL.canParse(text)) return false
  const { protocol, hostname, username, password } = new URL(text)
  const own = ['localhost', '127.0.0.1', '[::1]'].includes(hostname)
  return username === '' && password === '' && (protocol === 'https:' || own)
}
