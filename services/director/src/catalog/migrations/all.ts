// Every migration, in order. A published one is never changed: the next change is the next number.
import { firstSchema } from './0001-first-schema.ts'
import { statistics } from './0002-statistics.ts'
import type { Migration } from './migration.ts'

export const MIGRATIONS: readonly Migration[] = [firstSchema, statistics]
