import type pg from 'pg'
import { DatabaseLostError } from '../errors.ts'
import { isHangUp } from './failures.ts'
import { connect } from './pool.ts'

/** Lends a connection for the work; one that broke, or is in a state nobody knows, is not used again. */
export async function onConnection<T>(
  pool: pg.Pool,
  work: (client: pg.PoolClient) => Promise<T>,
): Promise<T> {
  const client = await connect(pool)
  let broken = false
  // A connection may break between two queries; the next query says so.
  const onError = () => {
    broken = true
  }
  client.on('error', onError)
  try {
    return await work(client)
  } catch (error) {
    broken ||= isHangUp(error) || error instanceof DatabaseLostError
    throw error
  } finally {
    client.off('error', onError)
    client.release(broken)
  }
}

/** Commits. When the connection breaks here nobody knows whether it was done, so it is not run again. */
export async function commit(client: pg.ClientBase): Promise<void> {
  try {
    await client.query('commit')
  } catch (error) {
    if (!isHangUp(error)) throw error
    throw new DatabaseLostError(
      'the connection broke during a commit: it may or may not be done',
      { cause: error },
    )
  }
}

/** Rolls back. A broken connection rolls back by itself. */
export async function rollback(client: pg.ClientBase): Promise<void> {
  try {
    await client.query('rollback')
  } catch (error) {
    if (!isHangUp(error)) throw error
  }
}

/** The server could not be reached a second time. */
export function lost(cause: unknown): DatabaseLostError {
  return new DatabaseLostError('the database server does not answer', { cause })
}
