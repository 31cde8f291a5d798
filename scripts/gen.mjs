// Rewrites every generated file that is kept in the repository; with --check, fails when one differs.
import { spawnSync } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { ensureInstalled, ROOT } from './ensure-installed.mjs'

/**
 * One row per generator: its name, the arguments of `node` that run it (from the root, after the build),
 * and the files or folders it writes. A generator writes the same bytes every time.
 *
 * @type {{ name: string, argv: string[], outputs: string[] }[]}
 */
const GENERATORS = [
  {
    name: 'wire messages',
    argv: ['packages/wire/scripts/gen.mjs'],
    outputs: ['packages/wire/src/gen'],
  },
  {
    name: 'docs',
    argv: ['scripts/gen-docs.mjs'],
    outputs: ['docs/directives.md', 'docs/errors.md', 'docs/console.md'],
  },
]

/** The content of every file at or below the outputs, by path. */
function contentOf(outputs) {
  const content = new Map()
  const visit = (path) => {
    if (!existsSync(path)) return
    if (!statSync(path).isDirectory()) {
      content.set(path, readFileSync(path))
      return
    }
    for (const name of readdirSync(path)) visit(join(path, name))
  }
  for (const output of outputs) visit(join(ROOT, output))
  return content
}

function run(argv) {
  const done = spawnSync(process.execPath, argv, {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
    encoding: 'utf8',
  })
  if (done.status !== 0) {
    throw new Error(`node ${argv.join(' ')} failed:\n${done.stdout}${done.stderr}`)
  }
}

function differences(before, after) {
  const paths = new Set([...before.keys(), ...after.keys()])
  return [...paths].filter((path) => {
    const [old, now] = [before.get(path), after.get(path)]
    return !old || !now || !old.equals(now)
  })
}

function restore(before, after) {
  for (const path of after.keys()) if (!before.has(path)) rmSync(path)
  for (const [path, bytes] of before) {
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, bytes)
  }
}

function generate({ argv, outputs }, check) {
  const before = contentOf(outputs)
  try {
    run(argv)
  } catch (error) {
    if (check) restore(before, contentOf(outputs))
    throw error
  }
  const after = contentOf(outputs)
  const changed = differences(before, after)
  if (check && changed.length > 0) restore(before, after)
  return changed.map((path) => relative(ROOT, path))
}

function main() {
  const check = process.argv.includes('--check')
  ensureInstalled()
  if (GENERATORS.length > 0) run([join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc'), '-b'])
  let drift = 0
  for (const generator of GENERATORS) {
    for (const path of generate(generator, check)) {
      console.log(`${check ? 'differs' : 'wrote'}: ${path} (${generator.name})`)
      drift += 1
    }
  }
  if (!check || drift === 0) return
  console.log('run `npm run gen` and commit what it writes')
  process.exitCode = 1
}

try {
  main()
} catch (error) {
  console.error(error.message)
  process.exitCode = 1
}
