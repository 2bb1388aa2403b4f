import {
  CompiledQuery,
  HandleEmptyInListsPlugin,
  Kysely,
  replaceWithNoncontingentExpression,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type QueryResult,
  type RootOperationNode,
} from 'kysely'
import type { Language, RunQuery } from './engine.ts'

type Compile = ReturnType<Language['createCompiler']>['compileQuery']

export interface RunOptions {
  readonly run: RunQuery
  /** What every query becomes before it is put into words; it throws on what may not run. */
  readonly transform?: (node: RootOperationNode) => RootOperationNode
  /** The statement that begins a transaction; without one `transaction()` is refused. */
  readonly begin?: string
}

/** `in ()` finds nothing on SQLite and is an error on PostgreSQL; so it becomes a condition that is never true. */
const emptyLists = new HandleEmptyInListsPlugin({
  strategy: replaceWithNoncontingentExpression,
})

/** A Kysely whose queries all go through `run`, whatever plug-ins are added to it or taken from it. */
export function kyselyOver<T>(language: Language, options: RunOptions): Kysely<T> {
  const { transform } = options
  const words = language.createCompiler()
  const own = new WeakSet<CompiledQuery>()
  const compileQuery: Compile = (node, id) => {
    const query = words.compileQuery(transform === undefined ? node : transform(node), id)
    own.add(query)
    return query
  }
  // A query compiled elsewhere has not been through `transform`.
  const run: RunQuery = (query) =>
    transform === undefined || own.has(query)
      ? options.run(query)
      : Promise.reject(new Error('a query compiled elsewhere is refused here'))
  const dialect: Dialect = {
    createQueryCompiler: () => ({ compileQuery }),
    createAdapter: () => language.createAdapter(),
    createIntrospector: (db: Kysely<unknown>) => language.createIntrospector(db),
    createDriver: () => new RunDriver(run, options.begin),
  }
  return new Kysely<T>({ dialect, plugins: [emptyLists] })
}

class RunDriver implements Driver {
  readonly #connection: DatabaseConnection
  readonly #run: RunQuery
  readonly #begin: string | undefined

  constructor(run: RunQuery, begin: string | undefined) {
    this.#run = run
    this.#begin = begin
    this.#connection = {
      executeQuery: <R>(query: CompiledQuery) => run(query) as Promise<QueryResult<R>>,
      streamQuery: () => {
        throw new Error('rows are not streamed: set a limit and read page by page')
      },
    }
  }

  init(): Promise<void> {
    return Promise.resolve()
  }

  acquireConnection(): Promise<DatabaseConnection> {
    return Promise.resolve(this.#connection)
  }

  async beginTransaction(): Promise<void> {
    if (this.#begin === undefined) {
      throw new Error('transactions are begun with Database.write, not here')
    }
    await this.#run(CompiledQuery.raw(this.#begin))
  }

  async commitTransaction(): Promise<void> {
    await this.#run(CompiledQuery.raw('commit'))
  }

  async rollbackTransaction(): Promise<void> {
    await this.#run(CompiledQuery.raw('rollback'))
  }

  releaseConnection(): Promise<void> {
    return Promise.resolve()
  }

  /** The connection belongs to the engine, which closes it. */
  destroy(): Promise<void> {
    return Promise.resolve()
  }
}
