import { existsSync } from 'node:fs'
import { open, readFile, rename } from 'node:fs/promises'
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
  if (!existsSync(file)) await make(file, random)
  const secret = await readFile(file)
  if (secret.length === length) return secret
  throw new Problem({
    kind: 'invalid',
    what: `${file} holds ${secret.length} bytes instead of ${length}`,
    why: 'the secret of this installation was damaged',
    next: 'put it back from a backup; links in mails that were sent already depend on it',
  })
}

/** Whole or not at all, also when the power fails meanwhile. */
async function make(file: string, random: Random): Promise<void> {
  const unfinished = `${file}.new`
  await using made = await open(unfinished, 'w', ownerOnly)
  await made.write(random.bytes(length))
  await made.sync()
  await rename(unfinished, file)
}
