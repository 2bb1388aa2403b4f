import { createHash } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** The kernel takes no longer path for a socket (sun_path of Linux is 108 bytes, of macOS 104). */
const longestPath = 100

/** Where the service on this data folder listens for commands from the machine itself. */
export function socketPath(dataFolder: string): string {
  const inside = join(dataFolder, 'gatuvakt.sock')
  if (Buffer.byteLength(inside) <= longestPath) return inside
  const name = createHash('sha256').update(dataFolder).digest('hex').slice(0, 24)
  return join(tmpdir(), `gatuvakt-${name}.sock`)
}
