#!/usr/bin/env node
// Starts the built program; says what to do in a checkout that was not built.
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const main = new URL('../dist/main.js', import.meta.url)
if (!existsSync(fileURLToPath(main))) {
  process.stderr.write('coffer: not built yet\nHINT: run "npm run build" first.\n')
  process.exit(1)
}
const { main: run } = await import(main.href)
process.exitCode = await run(process.argv.slice(2))
