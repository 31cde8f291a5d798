// The commands `version`, `time`, `whoami`, `memory`, `use` and `quit`: small facts and the end.
import { byteCountText, CofferError, longTimeText, withCommas } from '@coffer/core'
import { findValue } from '../command-line.ts'
import { choose, type Command, type CommandContext, DEFAULT_CONSOLE } from '../context.ts'

export const versionCommand: Command = async ({ director, config, out }) => {
  const { name } = config.director
  const { version, longDate, os } = director.product
  await out.text(`${name} Version: ${version} (${longDate}) ${os}\n`)
  out.value('version', {
    name,
    type: 'coffer-director',
    version,
    bdate: longDate,
    operatingsystem: os,
    distname: os.split(' ')[0]?.toLowerCase() ?? '',
    distversion: os,
    customversionid: config.director.verId ?? '',
  })
}

export const timeCommand: Command = async ({ director, out }) => {
  const nowMs = director.clock.nowMs()
  const now = new Date(nowMs)
  const two = (value: number): string => String(value).padStart(2, '0')
  const full = longTimeText(nowMs)
  await out.text(`${full}\n`)
  out.value('time', {
    full,
    year: String(now.getFullYear()),
    month: two(now.getMonth() + 1),
    day: two(now.getDate()),
    hour: two(now.getHours()),
    minute: two(now.getMinutes()),
    second: two(now.getSeconds()),
  })
}

/** The default console answers "root", whoever uses it. */
export const whoamiCommand: Command = async ({ state, out }) => {
  const name = state.console === DEFAULT_CONSOLE ? 'root' : state.console
  await out.text(`${name}\n`)
  out.value('whoami', name)
}

export const memoryCommand: Command = async ({ out }) => {
  const { rss, heapUsed, heapTotal, external } = process.memoryUsage()
  await out.text(
    `Resident: ${withCommas(rss)} (${byteCountText(rss)}) ` +
      `Heap: ${withCommas(heapUsed)} of ${withCommas(heapTotal)} ` +
      `External: ${withCommas(external)}\n`,
  )
  out.value('memory', { rss, heapused: heapUsed, heaptotal: heapTotal, external })
}

/** There is one Catalog; naming it, or choosing it, changes nothing. */
export const useCommand: Command = async (context) => {
  const name = await selectCatalog(context)
  await context.out.text(`Using Catalog name=${name} DB=${context.director.catalog.description}\n`)
  context.out.value('use', { catalog: name })
}

async function selectCatalog(context: CommandContext): Promise<string> {
  const { name } = context.director.catalog
  const given = findValue(context.line, 'catalog') ?? context.line.args[0]?.text
  if (given === undefined) {
    await choose(context, {
      question: 'Select Catalog resource',
      items: [name],
      automatic: 'Catalog',
    })
    return name
  }
  if (given === name && context.rights.allows('catalog', name)) return name
  throw new CofferError('console-usage', `there is no Catalog "${given}" in use`)
}

export const quitCommand: Command = async ({ state }) => {
  state.isEnding = true
}
