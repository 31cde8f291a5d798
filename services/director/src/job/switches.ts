// What operators switched off and on until the next reload: Jobs, Clients and Schedules.
import type { DirectorConfig } from '../config/load.ts'
import type { Switchable } from '../director.ts'

export class Switches {
  readonly #config: () => DirectorConfig
  readonly #switched = new Map<Switchable, Map<string, boolean>>()

  constructor(config: () => DirectorConfig) {
    this.#config = config
  }

  isEnabled(kind: Switchable, name: string): boolean {
    return this.#switched.get(kind)?.get(name) ?? isConfigured(this.#config(), kind, name)
  }

  set(kind: Switchable, name: string, enabled: boolean): void {
    const ofKind = this.#switched.get(kind) ?? new Map<string, boolean>()
    this.#switched.set(kind, ofKind.set(name, enabled))
  }

  clear(): void {
    this.#switched.clear()
  }
}

function isConfigured(config: DirectorConfig, kind: Switchable, name: string): boolean {
  switch (kind) {
    case 'job':
      return config.jobs.get(name)?.enabled ?? false
    case 'client':
      return config.clients.get(name)?.enabled ?? false
    case 'schedule':
      return config.schedules.get(name)?.enabled ?? false
  }
}
