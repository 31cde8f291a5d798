// Runs the simulations: the realistic year and 1000 random configurations; with an argument only those seeds
// (`npm run simulate -- 4711`, `npm run simulate -- 1-5000`).
import { spawnSync } from 'node:child_process'
import process from 'node:process'

const [seeds] = process.argv.slice(2)
const files = seeds === undefined ? [] : ['test/simulation/random-']
const { status } = spawnSync('npx', ['vitest', 'run', '--project', 'simulation', ...files], {
  stdio: 'inherit',
  env: seeds === undefined ? process.env : { ...process.env, COFFER_SEEDS: seeds },
})
process.exit(status ?? 1)
