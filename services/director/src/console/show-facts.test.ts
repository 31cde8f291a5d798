import { expect, test } from 'vitest'
import { factsOfBlock } from './show-facts.ts'

test('a block becomes an object', () => {
  expect(
    factsOfBlock(`FileSet {
  Name = "etc"
  EnableVss = No
  Limit = 25
  Include {
    Options {
      Signature = "MD5"
    }
    File = "/etc"
    File = "/o\\"dd"
  }
}
`),
  ).toEqual({
    name: 'etc',
    enablevss: false,
    limit: 25,
    include: { options: { signature: 'MD5' }, file: ['/etc', '/o"dd'] },
  })
})
