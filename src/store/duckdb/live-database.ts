import type { DuckDBConnection, DuckDBInstance } from '@duckdb/node-api'
import { Problem } from '../../domain/problem.ts'
import type { StoreFile } from './calls.ts'
import { openFile } from './file.ts'

/**
 * An open file that comes back. After some failures, a checkpoint on a full disk for one, DuckDB
 * refuses all further work until its file is opened anew; that is done here before the next work.
 */
export class LiveDatabase implements AsyncDisposable {
  readonly #request: StoreFile
  #instance: DuckDBInstance | undefined
  #suspect = false
  #healing: Promise<void> | undefined
  #users = 0
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
    const instance = await this.#healthy()
    this.#users++
    try {
      return await withConnection(instance, work)
    } catch (error) {
      if (!(error instanceof Problem)) this.#suspect = true
      throw error
    } finally {
      this.#users--
      if (this.#users === 0) this.#quiet?.resolve()
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#nobodyWorks()
    this.#instance?.closeSync()
    this.#instance = undefined
  }

  async #healthy(): Promise<DuckDBInstance> {
    while (this.#suspect || this.#instance === undefined) {
      this.#healing ??= this.#heal().finally(() => (this.#healing = undefined))
      await this.#healing
    }
    return this.#instance
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
