import { makeAlarms } from './001/alarms.ts'
import { makeCases } from './001/cases.ts'
import { makeConfiguration } from './001/configuration.ts'
import { makeDelivery } from './001/delivery.ts'
import { makeIdentity } from './001/identity.ts'
import { makeInstallation } from './001/installation.ts'
import type { TableMaker } from './make-table.ts'

/** Every table the first version of the service needs. */
export async function makeFirstTables(tables: TableMaker): Promise<void> {
  await makeInstallation(tables)
  await makeConfiguration(tables)
  await makeAlarms(tables)
  await makeCases(tables)
  await makeDelivery(tables)
  await makeIdentity(tables)
}
