// Where the compiled entry of a thread is.

/** URL of a worker's entry beside `module`. Threads run compiled code, also when a test runs this from its source. */
export function workerUrl(module: string, name: string): URL {
  return new URL(`./${name}.js`, module.replace(/\/src\/(?!.*\/src\/)/u, '/dist/'))
}
