import { expect, test } from 'vitest'
import { externalAddress } from './external-database.ts'

test('a URL stands alone', () => {
  expect(externalAddress({ url: 'postgresql://h/db', address: 'x', name: 'y' })).toEqual({
    url: 'postgresql://h/db',
  })
})

test.each([
  [{ address: 'db.example' }, 'db.example'],
  [{ address: 'db.example', socket: '/run/pg' }, '/run/pg'],
  [{ address: '', socket: '' }, '/var/run/postgresql'],
  [{}, '/var/run/postgresql'],
])('%j is reached at %s', (external, host) => {
  expect(externalAddress({ ...external, name: 'db', user: 'u', password: '' })).toEqual({
    host,
    port: undefined,
    database: 'db',
    user: 'u',
    password: undefined,
  })
})
