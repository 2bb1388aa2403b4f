import type { Stores } from './database.fixtures.ts'
export function databaseScope(_stores: Stores): void {}
