// Runs every check that needs no running program, two at a time, and says which failed.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { ensureInstalled, ROOT } from './ensure-installed.mjs'

const bin = (...path) => join(ROOT, 'node_modules', ...path)
const TSC = bin('typescript', 'bin', 'tsc')

// Longest first. A step of a check runs only when the one before it succeeded.
const CHECKS = [
  { name: 'lint', steps: [[bin('eslint', 'bin', 'eslint.js'), '--max-warnings=0', '.']] },
  {
    // The build finds an import that a workspace does not declare; the second one adds the tests.
    name: 'types',
    steps: [
      [TSC, '-b', '--pretty', 'false'],
      [TSC, '-p', 'tsconfig.test.json', '--pretty', 'false'],
    ],
  },
  {
    name: 'dependency rules',
    steps: [
      [
        bin('dependency-cruiser', 'bin', 'dependency-cruise.mjs'),
        '--output-type',
        'err-long',
        ...['packages', 'services', 'cli', 'test'].filter((dir) => existsSync(join(ROOT, dir))),
      ],
    ],
  },
  {
    name: 'dead code',
    steps: [[bin('knip', 'bin', 'knip.js'), '--no-progress', '--no-config-hints']],
  },
  { name: 'format', steps: [[bin('@biomejs', 'biome', 'bin', 'biome'), 'format', '.']] },
  { name: 'lock file', steps: [[join(ROOT, 'scripts', 'complete-lock.mjs'), '--check']] },
  { name: 'generated files', steps: [[join(ROOT, 'scripts', 'gen.mjs'), '--check']] },
]

function runStep(argv) {
  return new Promise((done) => {
    const child = spawn(process.execPath, argv, {
      cwd: ROOT,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, NO_COLOR: '1' },
    })
    const output = []
    child.stdout.on('data', (chunk) => output.push(chunk))
    child.stderr.on('data', (chunk) => output.push(chunk))
    child.on('error', (error) => done({ ok: false, output: error.message }))
    child.on('close', (code) => {
      done({ ok: code === 0, output: Buffer.concat(output).toString('utf8') })
    })
  })
}

async function runCheck({ name, steps }) {
  const started = Date.now()
  let result = { ok: true, output: '' }
  for (const argv of steps) {
    result = await runStep(argv)
    if (!result.ok) break
  }
  const seconds = ((Date.now() - started) / 1000).toFixed(1).padStart(6)
  console.log(`${result.ok ? 'ok    ' : 'FAILED'} ${seconds} s  ${name}`)
  return { name, ...result }
}

async function runAll() {
  const waiting = [...CHECKS]
  const results = []
  const worker = async () => {
    for (let check = waiting.shift(); check; check = waiting.shift()) {
      results.push(await runCheck(check))
    }
  }
  await Promise.all([worker(), worker()])
  return results
}

try {
  ensureInstalled()
  const failed = (await runAll()).filter((result) => !result.ok)
  for (const { name, output } of failed) console.log(`\n── ${name} ──\n${output.trimEnd()}`)
  console.log(
    failed.length === 0
      ? `\n${CHECKS.length} checks passed`
      : `\n${failed.length} of ${CHECKS.length} checks failed: ${failed.map((f) => f.name).join(', ')}`,
  )
  process.exitCode = failed.length === 0 ? 0 : 1
} catch (error) {
  console.error(error.message)
  process.exitCode = 1
}
