import { sql, type ColumnDataType, type ColumnDefinitionBuilder, type Kysely } from 'kysely'

/**
 * `whole` is a 64-bit integer (times in µs too), `flag` is 0 or 1, `real` is a double; a question
 * mark allows null. A list is a closed set of texts.
 */
export type ColumnKind =
  | 'text'
  | 'text?'
  | 'whole'
  | 'whole?'
  | 'real?'
  | 'flag'
  | readonly [string, ...string[]]

export interface IndexShape {
  readonly columns: readonly string[]
  readonly unique?: true
  /** Condition of a partial index, in SQL that both dialects read alike. */
  readonly where?: string
}

export interface TableShape {
  readonly columns: Readonly<Record<string, ColumnKind>>
  readonly key: readonly string[]
  /** Column of this table → table whose (organisation, id) it names. */
  readonly references?: Readonly<Record<string, string>>
  /** Columns that start as 0 when an insert does not name them. */
  readonly zero?: readonly string[]
  /** Name (after the table's) → shape. */
  readonly indexes?: Readonly<Record<string, IndexShape>>
}

/** Creates tables on either dialect. Older migrations call it for ever: change it only by adding. */
export class TableMaker {
  readonly #db: Kysely<unknown>
  readonly #dialect: 'sqlite' | 'postgres'

  constructor(db: Kysely<unknown>, dialect: 'sqlite' | 'postgres') {
    this.#db = db
    this.#dialect = dialect
  }

  async make(name: string, shape: TableShape): Promise<void> {
    let table = this.#db.schema.createTable(name)
    for (const [column, kind] of Object.entries(shape.columns)) {
      const zero = shape.zero?.includes(column) === true
      table = table.addColumn(column, this.#type(kind), (definition) => {
        const checked = withCheck(definition, column, kind)
        const filled = isNullable(kind) ? checked : checked.notNull()
        return zero ? filled.defaultTo(0) : filled
      })
    }
    table = table.addPrimaryKeyConstraint(`${name}_key`, columns(shape.key))
    for (const [column, target] of Object.entries(shape.references ?? {})) {
      // Deferred: a transaction may write the parts before the whole.
      table = table.addForeignKeyConstraint(
        `${name}_${column}_fk`,
        columns(['organisation', column]),
        target,
        columns(['organisation', 'id']),
        (key) => key.deferrable().initiallyDeferred(),
      )
    }
    // A strict table refuses text in a column of numbers, as PostgreSQL does.
    if (this.#dialect === 'sqlite') table = table.modifyEnd(sql`strict`)
    await table.execute()
    await this.addIndexes(name, shape.indexes ?? {})
  }

  async addIndexes(
    table: string,
    indexes: Readonly<Record<string, IndexShape>>,
  ): Promise<void> {
    for (const [suffix, shape] of Object.entries(indexes)) {
      let index = this.#db.schema
        .createIndex(`${table}_${suffix}`)
        .on(table)
        .columns(columns(shape.columns))
      if (shape.unique === true) index = index.unique()
      const condition = shape.where
      await (condition === undefined
        ? index.execute()
        : index.where(sql<boolean>`${sql.raw(condition)}`).execute())
    }
  }

  /**
   * Adds columns to a table that holds rows already: those start with `starts`, or with nothing
   * where the column may be null.
   */
  async grow(
    table: string,
    added: Readonly<
      Record<string, { readonly kind: ColumnKind; readonly starts?: string | number }>
    >,
  ): Promise<void> {
    for (const [column, { kind, starts }] of Object.entries(added)) {
      await this.#db.schema
        .alterTable(table)
        .addColumn(column, this.#type(kind), (definition) => {
          const checked = withCheck(definition, column, kind)
          const filled = isNullable(kind) ? checked : checked.notNull()
          return starts === undefined ? filled : filled.defaultTo(starts)
        })
        .execute()
    }
  }

  /** Runs one statement that fills what `grow` added; SQL that both dialects read alike. */
  async fill(statement: string): Promise<void> {
    await sql.raw(statement).execute(this.#db)
  }

  /** The one table with a number of its own: issued by the database, never reused. */
  async makeNumbered(name: string, texts: readonly string[]): Promise<void> {
    let table = this.#db.schema.createTable(name)
    table =
      this.#dialect === 'sqlite'
        ? table.addColumn('id', 'integer', (id) => id.primaryKey().autoIncrement())
        : table.addColumn('id', 'bigint', (id) =>
            id.primaryKey().generatedByDefaultAsIdentity(),
          )
    for (const column of texts) {
      table = table.addColumn(column, this.#text(), (definition) => definition.notNull())
    }
    if (this.#dialect === 'sqlite') table = table.modifyEnd(sql`strict`)
    await table.execute()
  }

  /** PostgreSQL shall sort as SQLite does, by code points, and not by the server's language. */
  #text(): ColumnDataType | ReturnType<typeof sql> {
    return this.#dialect === 'sqlite' ? 'text' : sql`text collate "C"`
  }

  #type(kind: ColumnKind): ColumnDataType | ReturnType<typeof sql> {
    switch (kind) {
      case 'whole':
      case 'whole?':
      case 'flag':
        return this.#dialect === 'sqlite' ? 'integer' : 'bigint'
      case 'real?':
        return this.#dialect === 'sqlite' ? 'real' : 'double precision'
      case 'text':
      case 'text?':
        return this.#text()
    }
    // A closed set of texts.
    return this.#text()
  }
}

function withCheck(
  builder: ColumnDefinitionBuilder,
  column: string,
  kind: ColumnKind,
): ColumnDefinitionBuilder {
  if (kind === 'flag') return builder.check(sql`${sql.ref(column)} in (0, 1)`)
  if (typeof kind === 'string') return builder
  const values = sql.join(kind.map((value) => sql.lit(value)))
  return builder.check(sql`${sql.ref(column)} in (${values})`)
}

function isNullable(kind: ColumnKind): boolean {
  return typeof kind === 'string' && kind.endsWith('?')
}

// The schema builder wants literal column names; a shape has them as data.
function columns(names: readonly string[]): never[] {
  return [...names] as never[]
}
