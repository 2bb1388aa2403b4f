import { open, readFile } from 'node:fs/promises'
import type { Random } from './domain/clock.ts'
import { Problem } from './domain/problem.ts'

const length = 32
const ownerOnly = 0o600

/**
 * The installation's secret, made on the first start and kept for its owner's eyes alone. Follow
 * links are derived from it, so losing it ends them. Throws Problem invalid for a damaged file.
 */
export async function installationSecret(
  file: string,
  random: Random,
): Promise<Uint8Array> {
  try {
    await using made = await open(file, 'wx', ownerOnly)
    await made.write(random.bytes(length))
    await made.sync()
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
  }
  const secret = await readFile(file)
  if (secret.length === length) return secret
  throw new Problem({
    kind: 'invalid',
    what: `${file} holds ${secret.length} bytes instead of ${length}`,
    why: 'the secret of this installation was damaged',
    next: 'put it back from a backup; links in mails that were sent already depend on it',
  })
}
