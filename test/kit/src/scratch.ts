// Temporary directories and free ports.
import { chmod, mkdtemp } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { run } from './run.ts'

export interface Scratch {
  readonly path: string
  remove(): Promise<void>
}

/** A new directory that anybody may traverse: an embedded PostgreSQL runs as another user when we are root. */
export async function makeScratch(name: string): Promise<Scratch> {
  const path = await mkdtemp(join(tmpdir(), `coffer-${name}-`))
  await chmod(path, 0o755)
  return { path, remove: () => removeTree(path) }
}

/** Like `rm -rf`, which follows paths of any length; Node's own cannot. */
async function removeTree(path: string): Promise<void> {
  const result = await run(['sh', '-c', 'chmod -R u+rwx "$1"; rm -rf "$1"', 'sh', path])
  if (result.exitCode !== 0) throw new Error(`cannot remove "${path}": ${result.stderr}`)
}

const PORTS_OF_A_HOST = 4
const LOWEST_PORT = 20_000
const PORT_SPAN = 12_000
const ATTEMPTS = 50

/** The first of four consecutive free ports, below the range that the kernel hands out by itself. */
export async function findPortBase(): Promise<number> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const base =
      LOWEST_PORT + PORTS_OF_A_HOST * Math.floor((Math.random() * PORT_SPAN) / PORTS_OF_A_HOST)
    const ports = Array.from({ length: PORTS_OF_A_HOST }, (_, i) => base + i)
    const free = await Promise.all(ports.map(isFree))
    if (free.every(Boolean)) return base
  }
  throw new Error('no four free ports in a row')
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => {
      resolve(false)
    })
    server.listen(port, '127.0.0.1', () => {
      server.close(() => {
        resolve(true)
      })
    })
  })
}
