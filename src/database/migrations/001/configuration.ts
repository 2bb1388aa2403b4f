import type { TableMaker } from '../make-table.ts'

export async function makeConfiguration(tables: TableMaker): Promise<void> {
  await makeVersions(tables)
  await tables.makeNumbered('point', ['organisation', 'device', 'key'])
  await tables.addIndexes('point', {
    by_key: { columns: ['organisation', 'device', 'key'], unique: true },
    // What a binding's foreign key points at.
    by_organisation: { columns: ['organisation', 'id'], unique: true },
  })
  await makeBindings(tables)
  await tables.make('asset', {
    columns: {
      organisation: 'text',
      id: 'text',
      slug: 'text',
      name: 'text',
      type: 'text',
      lat: 'real?',
      lon: 'real?',
      owner: 'text?',
      maintainer: 'text?',
      public: 'flag',
      retired: 'flag',
      search: 'text',
      valid_from: 'whole',
    },
    zero: ['retired'],
    key: ['organisation', 'id'],
    indexes: {
      by_slug: { columns: ['organisation', 'slug'] },
      by_place: { columns: ['organisation', 'lat', 'lon'], where: 'lat is not null' },
    },
  })
}

async function makeVersions(tables: TableMaker): Promise<void> {
  await tables.make('configuration_version', {
    columns: {
      organisation: 'text',
      version: 'whole',
      created_at: 'whole',
      author: 'text',
      comment: 'text',
      activated_sequence: 'whole?',
      activated_index: 'whole?',
    },
    key: ['organisation', 'version'],
  })
  await tables.make('configuration_object', {
    columns: {
      organisation: 'text',
      kind: 'text',
      id: 'text',
      slug: 'text',
      document: 'text',
      origin: ['yaml', 'database'],
      applied_document: 'text?',
      retired: 'flag',
      since_version: 'whole',
      until_version: 'whole?',
      valid_from: 'whole',
      valid_to: 'whole?',
      author: 'text',
    },
    zero: ['retired'],
    key: ['organisation', 'kind', 'id', 'since_version'],
    indexes: {
      one_current_slug: {
        columns: ['organisation', 'kind', 'slug'],
        unique: true,
        where: 'until_version is null and retired = 0',
      },
      one_current: {
        columns: ['organisation', 'kind', 'id'],
        unique: true,
        where: 'until_version is null',
      },
    },
  })
}

async function makeBindings(tables: TableMaker): Promise<void> {
  await tables.make('binding', {
    columns: {
      organisation: 'text',
      asset: 'text',
      role: 'text',
      device: 'text',
      point: 'whole',
      valid_from: 'whole',
      valid_to: 'whole?',
    },
    key: ['organisation', 'asset', 'role', 'valid_from'],
    references: { point: 'point' },
    indexes: {
      one_current: {
        columns: ['organisation', 'asset', 'role'],
        unique: true,
        where: 'valid_to is null',
      },
      by_point: { columns: ['organisation', 'point'] },
    },
  })
  await tables.make('edge', {
    columns: {
      organisation: 'text',
      kind: 'text',
      parent: 'text',
      child: 'text',
      valid_from: 'whole',
      valid_to: 'whole?',
    },
    key: ['organisation', 'kind', 'parent', 'child', 'valid_from'],
    indexes: { by_child: { columns: ['organisation', 'kind', 'child'] } },
  })
}
