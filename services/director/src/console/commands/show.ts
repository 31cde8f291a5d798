// The command `show`: resources as the configuration language writes them.
import type { DirectorConfig } from '../../config/load.ts'
import { showResource } from '../../config/show.ts'
import type { Switchable } from '../../director.ts'
import type { AclName } from '../acl.ts'
import { hasKeyword } from '../command-line.ts'
import type { Command, CommandContext } from '../context.ts'
import type { Json } from '../output.ts'
import { factsOfBlock } from '../show-facts.ts'

interface Shown {
  readonly name: string
  readonly resourceType: string
}

interface Kind {
  /** Keyword for one, `client=name`. */
  readonly one: string
  /** Keyword for all of them, and the key in JSON. */
  readonly all: string
  readonly acl?: AclName
  readonly of: (config: DirectorConfig) => Iterable<Shown>
}

const KINDS: readonly Kind[] = [
  { one: 'director', all: 'directors', of: (config) => [config.director] },
  { one: 'client', all: 'clients', acl: 'client', of: (config) => config.clients.values() },
  { one: 'job', all: 'jobs', acl: 'job', of: (config) => config.jobs.values() },
  { one: 'jobdefs', all: 'jobdefs', acl: 'job', of: (config) => config.jobDefs.values() },
  { one: 'storage', all: 'storages', acl: 'storage', of: (config) => config.storages.values() },
  { one: 'catalog', all: 'catalogs', acl: 'catalog', of: (config) => config.catalogs.values() },
  { one: 'schedule', all: 'schedules', acl: 'schedule', of: (config) => config.schedules.values() },
  { one: 'fileset', all: 'filesets', acl: 'fileset', of: (config) => config.filesets.values() },
  { one: 'pool', all: 'pools', acl: 'pool', of: (config) => config.pools.values() },
  { one: 'message', all: 'messages', of: (config) => config.messages.values() },
  { one: 'profile', all: 'profiles', of: (config) => config.profiles.values() },
  { one: 'console', all: 'consoles', of: (config) => config.consoles.values() },
  { one: 'user', all: 'users', of: (config) => config.users.values() },
  { one: 'counter', all: 'counters', of: (config) => config.counters.values() },
]

export const showCommand: Command = async (context) => {
  const { line, out } = context
  const verbose = hasKeyword(line, 'verbose')
  const words = line.args.filter(({ keyword }) => keyword !== 'verbose')
  if (words.length === 0) return out.error('show: what to show is missing, "help show" lists it')
  if (hasKeyword(line, 'disabled')) return showDisabled(context)
  for (const { keyword, value, text } of words) {
    if (keyword === 'all') {
      for (const kind of KINDS) await showKind(context, kind, { name: undefined, verbose })
      continue
    }
    const kind = KINDS.find(({ one, all }) => one === keyword || all === keyword)
    if (kind === undefined) await out.error(`Keyword ${text} not found`)
    else await showKind(context, kind, { name: value, verbose })
  }
}

async function showKind(
  context: CommandContext,
  kind: Kind,
  wanted: { readonly name: string | undefined; readonly verbose: boolean },
): Promise<void> {
  const { config, out, rights } = context
  const shown: Record<string, Json> = {}
  for (const resource of kind.of(config)) {
    if (wanted.name !== undefined && resource.name !== wanted.name) continue
    if (kind.acl !== undefined && !rights.allows(kind.acl, resource.name)) continue
    const block = showResource(resource, { verbose: wanted.verbose })
    shown[resource.name] = factsOfBlock(block)
    await out.text(`${block}\n`)
  }
  if (wanted.name !== undefined && Object.keys(shown).length === 0) {
    await out.error(`${kind.one} resource ${wanted.name} not found.`)
    return
  }
  out.value(kind.all, shown)
}

const SWITCHES: readonly {
  readonly kind: Switchable
  readonly label: string
  readonly key: string
}[] = [
  { kind: 'job', label: 'Jobs', key: 'jobs' },
  { kind: 'client', label: 'Clients', key: 'clients' },
  { kind: 'schedule', label: 'Schedules', key: 'schedules' },
]

async function showDisabled(context: CommandContext): Promise<void> {
  const { config, director, line, out } = context
  const wanted = SWITCHES.filter(({ key }) => hasKeyword(line, key))
  const names = { job: config.jobs, client: config.clients, schedule: config.schedules }
  const facts: Record<string, Json> = {}
  for (const { kind, label, key } of wanted.length === 0 ? SWITCHES : wanted) {
    const disabled = [...names[kind].keys()].filter(
      (name) => !director.jobs.isEnabled(kind, name) && context.rights.allows(kind, name),
    )
    facts[key] = disabled
    await out.text(
      disabled.length === 0
        ? `No disabled ${label}.\n`
        : `Disabled ${label}:\n${disabled.map((name) => `   ${name}\n`).join('')}`,
    )
  }
  out.value('disabled', facts)
}
