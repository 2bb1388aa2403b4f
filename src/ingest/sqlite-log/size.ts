import { DatabaseSync } from 'node:sqlite'

/**
 * Bytes of the log's file that are in use. The file itself never shrinks: pages of commits that
 * retention took away wait in it for new ones.
 */
export function logBytes(file: string): number {
  const database = new DatabaseSync(file, { readOnly: true })
  try {
    const pragma = (name: string): number =>
      Number(database.prepare(`PRAGMA ${name}`).get()?.[name])
    return (pragma('page_count') - pragma('freelist_count')) * pragma('page_size')
  } finally {
    database.close()
  }
}
