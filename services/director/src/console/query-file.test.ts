import { expect, test } from 'vitest'
import { fillQuery, parseQueryFile } from './query-file.ts'

const FILE = `# Queries
:List Jobs of a Client
*Enter Client name:
SELECT JobId FROM Job
  WHERE Name='%1';
# 2
: Two statements
SELECT 1;
SELECT 2;
`

test('a file holds titles, questions and statements', () => {
  expect(parseQueryFile(FILE)).toEqual([
    {
      title: 'List Jobs of a Client',
      questions: ['Enter Client name:'],
      statements: ["SELECT JobId FROM Job\n  WHERE Name='%1';"],
    },
    { title: 'Two statements', questions: [], statements: ['SELECT 1;', 'SELECT 2;'] },
  ])
})

test('an answer cannot leave its quotes', () => {
  expect(fillQuery("WHERE Name='%1' AND x=%2", ["x' OR '1'='1", '%1'])).toBe(
    "WHERE Name='x'' OR ''1''=''1' AND x=%1",
  )
})
