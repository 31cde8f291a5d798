// Reads the options of a sender, one call an option, and knows which ones nobody asked for.
import { CofferError, didYouMean, type PluginDefinition, Secret } from '@coffer/core'

/** Options that say which plugin it is, not what it does. */
const IDENTITY = ['modulepath', 'modulename', 'instance']

/**
 * Names are compared without case and underscores, so that `monitorHost` and `monitor_host` are the same. The first of
 * several values counts, as in Bareos. Every reader throws `plugin-option` for a value that it cannot use.
 */
export class SenderOptions {
  readonly #plugin: string
  readonly #values = new Map<string, string>()
  readonly #written = new Map<string, string>()
  readonly #asked = new Map<string, string>()

  constructor(plugin: string, definition: PluginDefinition) {
    this.#plugin = plugin
    for (const { name, value } of definition.options) {
      const key = keyOf(name)
      if (this.#values.has(key)) continue
      this.#values.set(key, value.trim())
      this.#written.set(key, name)
    }
  }

  text(name: string): string | undefined {
    this.#asked.set(keyOf(name), name)
    const value = this.#values.get(keyOf(name))
    return value === '' ? undefined : value
  }

  secret(name: string): Secret | undefined {
    const value = this.text(name)
    return value === undefined ? undefined : new Secret(value)
  }

  port(name: string, otherwise: number): number {
    return this.#number(name, otherwise, { least: 1, most: 65_535 })
  }

  /** Whole seconds, from 1 to 5 minutes, as milliseconds. */
  timeoutMs(name: string, otherwiseSeconds: number): number {
    return 1000 * this.#number(name, otherwiseSeconds, { least: 1, most: 300 })
  }

  seconds(name: string, otherwise: number): number {
    return this.#number(name, otherwise, { least: 0, most: 31_536_000 })
  }

  yesNo(name: string, otherwise: boolean): boolean {
    const value = this.text(name)
    if (value === undefined) return otherwise
    if (/^(?:yes|true|on|1)$/iu.test(value)) return true
    if (/^(?:no|false|off|0)$/iu.test(value)) return false
    throw this.#refusal(name, `cannot be "${value}"; it is yes or no`)
  }

  /** One of some words as they are written. */
  oneOf<const Word extends string>(name: string, words: readonly Word[], otherwise: Word): Word {
    const value = this.text(name)
    if (value === undefined) return otherwise
    const word = words.find((candidate) => candidate.toLowerCase() === value.toLowerCase())
    if (word !== undefined) return word
    throw this.#refusal(name, `cannot be "${value}"; known are ${words.join(', ')}`)
  }

  /** http or https; defaults to none. */
  url(name: string): URL | undefined {
    const value = this.text(name)
    if (value === undefined) return undefined
    const url = URL.canParse(value) ? new URL(value) : undefined
    if (url !== undefined && /^https?:$/u.test(url.protocol)) return url
    throw this.#refusal(name, 'is no http or https address; a colon within it is written "\\:"')
  }

  /** What was given and asked for by no reader, as sentences. */
  unknown(): string[] {
    const names = [...this.#asked.values()]
    return [...this.#written]
      .filter(([key]) => !this.#asked.has(key) && !IDENTITY.includes(key))
      .map(([, name]) => {
        const hint = didYouMean(name, names)
        const about = `the plugin "${this.#plugin}" has no option "${name}"`
        return hint === undefined ? about : `${about}. ${hint}`
      })
  }

  #number(name: string, otherwise: number, range: { least: number; most: number }): number {
    const value = this.text(name)
    if (value === undefined) return otherwise
    const number = /^\d{1,9}$/u.test(value) ? Number(value) : -1
    if (number >= range.least && number <= range.most) return number
    throw this.#refusal(
      name,
      `cannot be "${value}"; it is a number from ${range.least} to ${range.most}`,
    )
  }

  #refusal(name: string, why: string): CofferError {
    return new CofferError(
      'plugin-option',
      `option "${name}" of the plugin "${this.#plugin}" ${why}`,
    )
  }
}

function keyOf(name: string): string {
  return name.toLowerCase().replaceAll('_', '')
}
