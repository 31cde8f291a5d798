// A foreign daemon that runs in the foreground as our child.
import { spawn } from 'node:child_process'

export interface Child {
  /** What it printed so far. */
  said(): string
  /** Ends it and waits until it is gone. */
  stop(): Promise<void>
}

const STOP_TIMEOUT_MS = 20_000

/** Starts it; whether it is ready is for the caller to see. */
export function startChild(argv: readonly string[]): Child {
  const [program = '', ...rest] = argv
  const child = spawn(program, rest, { stdio: ['ignore', 'pipe', 'pipe'] })
  const said: string[] = []
  child.stdout.on('data', (chunk: Buffer) => said.push(chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => said.push(chunk.toString()))
  const gone = new Promise<void>((resolve) => {
    child.once('error', (error) => {
      said.push(error.message)
      resolve()
    })
    child.once('exit', () => {
      resolve()
    })
  })
  return {
    said: () => said.join(''),
    stop: async () => {
      child.kill('SIGTERM')
      const timer = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS)
      await gone
      clearTimeout(timer)
    },
  }
}
