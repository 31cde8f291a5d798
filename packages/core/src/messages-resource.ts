// The Messages resource, which all daemons share: which kinds of messages go where.
import {
  type DirectiveRow,
  type ReadContext,
  type ResourceOf,
  resourceType,
  row,
  type ValueType,
} from './directive.ts'
import { clearSecret, expectDirective, name, text } from './directive-values.ts'
import { isMessageType, MESSAGE_TYPES, type MessageType } from './message.ts'
import { didYouMean } from './nearest-name.ts'
import { quoteIfNeeded, tokensText } from './resource-text.ts'
import { type ValueToken } from './resource-scanner.ts'
import { Secret } from './secret.ts'

export type MessageDestinationKind =
  | 'console'
  | 'catalog'
  | 'append'
  | 'file'
  | 'stdout'
  | 'stderr'
  | 'director'
  | 'mail'
  | 'mailonerror'
  | 'mailonsuccess'
  | 'operator'
  | 'syslog'

export interface MessageDestination {
  readonly kind: MessageDestinationKind
  /** File, mail addresses, Director or syslog facility; undefined where the kind takes none. */
  readonly target: string | undefined
  readonly types: ReadonlySet<MessageType>
}

const ALL_TYPES = Object.keys(MESSAGE_TYPES).filter(isMessageType)

/** A destination line: `kind = types`, or `kind = target = types`. */
function destinationType(
  kind: MessageDestinationKind,
  takesTarget: 'always' | 'perhaps' | 'never',
): ValueType<readonly MessageDestination[]> {
  return {
    label: takesTarget === 'never' ? 'message types' : 'target = message types',
    read: (node, context) => {
      const directive = expectDirective(node, context)
      if (directive === undefined || directive.tokens.length === 0) return undefined
      const equals = directive.tokens.findIndex((token) => token.kind === 'equals')
      const target = equals < 0 ? undefined : tokensText(directive.tokens.slice(0, equals))
      if (
        (target === undefined && takesTarget === 'always') ||
        (target !== undefined && takesTarget === 'never')
      ) {
        const form =
          takesTarget === 'never' ? `${node.name} = types` : `${node.name} = target = types`
        context.fault(directive.valueAt, `"${node.name}" must have the form "${form}"`)
        return undefined
      }
      return [{ kind, target, types: readTypes(directive.tokens.slice(equals + 1), context) }]
    },
    join: (earlier, later) => [...earlier, ...later],
    show: (destinations) =>
      destinations.map(
        ({ target, types }) =>
          (target === undefined ? '' : `${quoteIfNeeded(target)} = `) + showTypes(types),
      ),
  }
}

/** `all` adds every type; `!word` removes one, wherever it stands. */
function readTypes(tokens: readonly ValueToken[], context: ReadContext): Set<MessageType> {
  const types = new Set<MessageType>()
  const removed = new Set<string>()
  for (const token of tokens) {
    if (token.kind === 'comma') continue
    const word = token.text.toLowerCase()
    const bare = word.replace(/^!/u, '')
    if (word === 'all') for (const type of ALL_TYPES) types.add(type)
    else if (!isMessageType(bare)) reportType(token, bare, context)
    else if (word === bare) types.add(bare)
    else removed.add(bare)
  }
  for (const type of types) if (removed.has(type)) types.delete(type)
  return types
}

function reportType(token: ValueToken, word: string, context: ReadContext): void {
  const hint = didYouMean(word, [...ALL_TYPES, 'all'])
  context.fault(token.at, `"${token.text}" is no message type`, hint)
}

function showTypes(types: ReadonlySet<MessageType>): string {
  const missing = ALL_TYPES.filter((type) => !types.has(type))
  if (missing.length > types.size) return ALL_TYPES.filter((type) => types.has(type)).join(',')
  return ['all', ...missing.map((type) => `!${type}`)].join(',')
}

type DestinationRow = DirectiveRow<readonly MessageDestination[]>

function destination(
  kind: MessageDestinationKind,
  takesTarget: 'always' | 'perhaps' | 'never',
  options: { readonly about: string; readonly status?: 'inactive' },
): DestinationRow {
  return row(destinationType(kind, takesTarget), { ...options, default: [], shownAs: kind })
}

/** Destinations that this daemon acts on are active, others are read and warned about. */
function messagesRows(active: readonly MessageDestinationKind[]) {
  const as = (
    kind: MessageDestinationKind,
    takesTarget: 'always' | 'perhaps' | 'never',
    about: string,
  ): DestinationRow =>
    destination(
      kind,
      takesTarget,
      active.includes(kind) ? { about } : { about, status: 'inactive' },
    )
  const mailStatus = active.includes('mail') ? {} : ({ status: 'inactive' } as const)
  return {
    Name: name({ required: true, about: 'Name by which others refer to it.' }),
    Description: text({ about: 'A remark.' }),
    'Mail Command': text({
      ...mailStatus,
      about: 'Program that sends mail, instead of the Mail Server; %-codes, the text on its input.',
    }),
    'Operator Command': text({
      ...mailStatus,
      about: 'The same for mail to the operator.',
    }),
    'Timestamp Format': text({
      about: 'Form of the time before each line, as strftime writes it.',
    }),
    Syslog: as('syslog', 'perhaps', 'To the system log.'),
    Mail: as('mail', 'always', 'All messages of a Job in one mail.'),
    'Mail On Error': as('mailonerror', 'always', 'Mail when the Job did not end well.'),
    'Mail On Success': as('mailonsuccess', 'always', 'Mail when the Job ended well.'),
    File: as('file', 'always', 'To a file, which is begun anew.'),
    Append: as('append', 'always', 'To the end of a file.'),
    Stdout: as('stdout', 'perhaps', 'To standard output of the daemon.'),
    Stderr: as('stderr', 'perhaps', 'To standard error of the daemon.'),
    Director: as('director', 'always', 'To a Director.'),
    Console: as('console', 'perhaps', 'To consoles, kept until one reads them.'),
    Operator: as('operator', 'always', 'Each message at once in a mail of its own.'),
    Catalog: as('catalog', 'perhaps', 'To the Log table of the Catalog.'),
  } as const
}

const DIRECTOR_KINDS = [
  'console',
  'catalog',
  'append',
  'file',
  'stdout',
  'stderr',
  'mail',
  'mailonerror',
  'mailonsuccess',
  'operator',
  'syslog',
] as const

export const directorMessagesType = resourceType({
  name: 'Messages',
  about: 'Where messages of Jobs and daemons go.',
  rows: {
    ...messagesRows(DIRECTOR_KINDS),
    Director: destination('director', 'always', {
      status: 'inactive',
      about: 'To a Director: for the other daemons.',
    }),
    'Mail Server': clearSecret({
      default: new Secret('localhost:25'),
      about:
        'SMTP server for mail without a command: host, host:port, or smtp(s)://user:password@host:port. Coffer only.',
    }),
    'Mail From': text({
      default: 'coffer@localhost',
      about: 'Sender of such mail. Coffer only.',
    }),
    'Mail Subject': text({
      default: 'Coffer: %t %e of %c %l',
      about: 'Subject of such mail, with the codes of a Mail Command. Coffer only.',
    }),
  },
})

export const daemonMessagesType = resourceType({
  name: 'Messages',
  about: 'Messages of Jobs always go to the Director, those of the daemon itself to its log.',
  rows: {
    ...messagesRows(['director']),
    'Timestamp Format': text({ status: 'inactive', about: 'Form of the time before each line.' }),
  },
})

type Destinations = Pick<
  ResourceOf<typeof daemonMessagesType>,
  | 'syslog'
  | 'mail'
  | 'mailOnError'
  | 'mailOnSuccess'
  | 'file'
  | 'append'
  | 'stdout'
  | 'stderr'
  | 'director'
  | 'console'
  | 'operator'
  | 'catalog'
>
type WithDestinations<Messages> = Messages & {
  readonly destinations: readonly MessageDestination[]
}

/** A Messages resource of the Director with all its destinations in one list. */
export type MessagesResource = WithDestinations<ResourceOf<typeof directorMessagesType>>
/** The same of the other daemons. */
export type DaemonMessagesResource = WithDestinations<ResourceOf<typeof daemonMessagesType>>

export function withDestinations<Messages extends Destinations>(
  messages: Messages,
): WithDestinations<Messages> {
  const destinations = [
    ...messages.syslog,
    ...messages.mail,
    ...messages.mailOnError,
    ...messages.mailOnSuccess,
    ...messages.file,
    ...messages.append,
    ...messages.stdout,
    ...messages.stderr,
    ...messages.director,
    ...messages.console,
    ...messages.operator,
    ...messages.catalog,
  ]
  return { ...messages, destinations }
}
