// The sample of the quickstart, and a comparison of two trees.
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'

const LONG_AGO_SECONDS = 1_234_567_890

/** Makes the sample below `root` and returns `root`. */
export function makeSample(root) {
  mkdirSync(join(root, 'documents', 'deep'), { recursive: true })
  writeFileSync(join(root, 'documents', 'letter.txt'), 'Dear reader,\nthis comes back.\n')
  writeFileSync(join(root, 'documents', 'deep', 'ünïcode name'), 'names are bytes\n')
  writeFileSync(join(root, 'empty'), '')
  writeFileSync(
    join(root, 'numbers'),
    Buffer.from(Array.from({ length: 100_000 }, (_, i) => i % 251)),
  )
  writeFileSync(join(root, 'script.sh'), '#!/bin/sh\necho hello\n')
  chmodSync(join(root, 'script.sh'), 0o750)
  utimesSync(join(root, 'numbers'), LONG_AGO_SECONDS, LONG_AGO_SECONDS)
  symlinkSync('documents/letter.txt', join(root, 'link'))
  return root
}

/** One line for each entry that is missing, new, or not the same. */
export function compareTrees(expected, actual, below = '') {
  const names = new Set([...list(expected), ...list(actual)])
  return [...names].flatMap((name) => {
    const path = join(below, name)
    const [before, after] = [describe(join(expected, name)), describe(join(actual, name))]
    if (before === undefined || after === undefined || before.facts !== after.facts) {
      return [`${path}: ${before?.facts ?? 'absent'} became ${after?.facts ?? 'absent'}`]
    }
    return before.isDirectory ? compareTrees(join(expected, name), join(actual, name), path) : []
  })
}

function list(directory) {
  try {
    return readdirSync(directory)
  } catch {
    return []
  }
}

function describe(path) {
  const stat = lstatSync(path, { throwIfNoEntry: false })
  if (stat === undefined) return undefined
  const mode = stat.mode.toString(8)
  const seconds = Math.floor(stat.mtimeMs / 1000)
  if (stat.isSymbolicLink()) return { isDirectory: false, facts: `link to ${readlinkSync(path)}` }
  const content = stat.isFile() ? readFileSync(path).toString('base64') : ''
  return { isDirectory: stat.isDirectory(), facts: `${mode} ${seconds} ${content}` }
}
