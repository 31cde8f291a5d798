// Which senders there are, and which one a "DIR Plugin Options" text means.
import { CofferError, didYouMean, type PluginDefinition, parsePluginDefinition } from '@coffer/core'
import { graphiteSender } from './graphite-sender.ts'
import { icinga2Sender } from './icinga2-sender.ts'
import { nscaSender } from './nsca-sender.ts'
import { prometheusSender } from './prometheus-sender.ts'
import type { Sender, SenderKind } from './sender.ts'
import { SenderOptions } from './sender-options.ts'
import { webhookSender } from './webhook-sender.ts'

export const SENDERS: readonly SenderKind[] = [
  nscaSender,
  graphiteSender,
  prometheusSender,
  icinga2Sender,
  webhookSender,
]

export interface ReadSender {
  readonly sender: Sender
  /** Options that the sender does not know, as sentences. */
  readonly warnings: readonly string[]
}

/**
 * The sender of a definition: one of ours by its name ("nsca:monitorHost=…"), or by the module of Bareos's that it
 * stands in for ("python3:module_path=…:module_name=bareos-dir-nsca-sender:…").
 * @throws CofferError plugin-definition, plugin-option
 */
export function readSender(text: string): ReadSender {
  const definition = parsePluginDefinition(text)
  const kind = kindOf(definition)
  const options = new SenderOptions(kind.name, definition)
  const sender = kind.make(options)
  return { sender, warnings: options.unknown() }
}

function kindOf(definition: PluginDefinition): SenderKind {
  const { plugin } = definition
  if (!/^python3?$/u.test(plugin)) {
    const found = SENDERS.find(({ name }) => name === plugin)
    if (found !== undefined) return found
    throw unknownPlugin(
      plugin,
      SENDERS.map(({ name }) => name),
    )
  }
  const moduleName = definition.options.find(({ name }) => name === 'module_name')?.value.trim()
  const found = SENDERS.find((kind) => kind.moduleName === moduleName)
  if (found !== undefined && moduleName !== undefined) return found
  throw unknownPlugin(
    moduleName ?? plugin,
    SENDERS.flatMap((kind) => kind.moduleName ?? []),
  )
}

function unknownPlugin(name: string, known: readonly string[]): CofferError {
  const hint = didYouMean(name, known) ?? `Known are ${known.join(', ')}.`
  return new CofferError('plugin-option', `there is no plugin of the Director "${name}". ${hint}`)
}
