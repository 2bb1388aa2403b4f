import type { DuckDBConnection, DuckDBInstance } from '@duckdb/node-api'
import { Problem } from '../../domain/problem.ts'
import type { StoreFile } from './calls.ts'
import { openFile, setMemoryLimit } from './file.ts'

/**
 * So many pieces of work are done before memory is given back, which takes some 20 ms: a second of the
 * busiest town, in which DuckDB gathers some 25 MB.
 */
const worksBetween = 20
/** Blocks of the file that DuckDB may keep when memory was given back; it reads no faster with more. */
const restingMiB = 24

/**
 * An open file that comes back. After some failures, a checkpoint on a full disk for one, DuckDB
 * refuses all further work until its file is opened anew; that is done here before the next work.
 *
 * DuckDB keeps what it read and wrote until its limit is reached, and a limit that is enough to write
 * is too little to take a month of a town away. So the limit is for the largest work, and what was kept
 * goes now and then while nobody works; the system has the file in its own cache anyway.
 */
export class LiveDatabase implements AsyncDisposable {
  readonly #request: StoreFile
  #instance: DuckDBInstance | undefined
  #suspect = false
  /** Until it is done nobody gets in. */
  #upkeep: Promise<void> | undefined
  #users = 0
  #works = 0
  #quiet: PromiseWithResolvers<void> | undefined

  private constructor(request: StoreFile, instance: DuckDBInstance) {
    this.#request = request
    this.#instance = instance
  }

  static async open(request: StoreFile): Promise<LiveDatabase> {
    return new LiveDatabase(request, await openFile(request))
  }

  /** Gives `work` a connection of its own; an unfinished transaction ends with it. */
  async with<T>(work: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
    const instance = await this.#enter()
    try {
      return await withConnection(instance, work)
    } catch (error) {
      if (!(error instanceof Problem)) this.#suspect = true
      throw error
    } finally {
      this.#users--
      this.#works++
      if (this.#users === 0) this.#quiet?.resolve()
      if (this.#users === 0 && this.#works >= worksBetween) this.#giveBack(instance)
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#nobodyWorks()
    // Where that fails, whoever waited for it hears of it.
    await this.#upkeep?.catch(() => undefined)
    this.#instance?.closeSync()
    this.#instance = undefined
  }

  /** One user more, of an instance that works. */
  async #enter(): Promise<DuckDBInstance> {
    for (;;) {
      if (this.#upkeep !== undefined) await this.#upkeep
      else if (this.#suspect || this.#instance === undefined)
        await this.#keepUp(this.#heal())
      else {
        // Counted at once, so that no upkeep begins before the work does.
        this.#users++
        return this.#instance
      }
    }
  }

  #keepUp(work: Promise<void>): Promise<void> {
    this.#upkeep = work.finally(() => (this.#upkeep = undefined))
    return this.#upkeep
  }

  #giveBack(instance: DuckDBInstance): void {
    // Somebody waits for quiet to mend it, or it is being closed.
    if (this.#upkeep !== undefined || instance !== this.#instance) return
    this.#works = 0
    const { memoryLimitMiB } = this.#request
    const giving = withConnection(instance, async (connection) => {
      await setMemoryLimit(connection, Math.min(restingMiB, memoryLimitMiB))
      await setMemoryLimit(connection, memoryLimitMiB)
    })
    // Whoever comes next looks whether it still works.
    void this.#keepUp(giving.catch(() => void (this.#suspect = true)))
  }

  async #heal(): Promise<void> {
    // The file stays locked while anybody still holds a connection to the dead instance.
    await this.#nobodyWorks()
    if (this.#instance !== undefined && !(await answers(this.#instance))) {
      this.#instance.closeSync()
      this.#instance = undefined
    }
    this.#instance ??= await openFile(this.#request)
    this.#suspect = false
  }

  async #nobodyWorks(): Promise<void> {
    if (this.#users === 0) return
    this.#quiet ??= Promise.withResolvers<void>()
    await this.#quiet.promise
    this.#quiet = undefined
  }
}

async function withConnection<T>(
  instance: DuckDBInstance,
  work: (connection: DuckDBConnection) => Promise<T>,
): Promise<T> {
  const connection = await instance.connect()
  try {
    return await work(connection)
  } finally {
    connection.closeSync()
  }
}

/** Most failures concern one statement; only when nothing works is the instance dead. */
async function answers(instance: DuckDBInstance): Promise<boolean> {
  try {
    await withConnection(instance, (connection) => connection.run('SELECT 1'))
    return true
  } catch {
    return false
  }
}
