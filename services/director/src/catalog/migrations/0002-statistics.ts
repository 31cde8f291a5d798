// Migration 2: a table that remembers Jobs for statistics when the Catalog has forgotten them.
import { sql } from 'kysely'
import type { Migration } from './migration.ts'

export const statistics: Migration = {
  number: 2,
  name: 'statistics',
  statements: [
    sql`CREATE TABLE jobhisto (LIKE job INCLUDING DEFAULTS)`,
    sql`ALTER TABLE jobhisto ADD PRIMARY KEY (jobid)`,
  ],
}
