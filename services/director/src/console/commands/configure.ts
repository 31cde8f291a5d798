// The command `configure`: writes a new resource into the configuration, or what a Client needs into a folder beside it.
import { mkdir, unlink, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { CofferError, messageOf } from '@coffer/core'
import { findValue } from '../command-line.ts'
import type { Command, CommandContext } from '../context.ts'
import {
  CONFIGURABLE,
  exportFile,
  type GivenDirective,
  resourceBlock,
  resourceFile,
  resourceRoot,
} from '../resource-file.ts'
import { requireResource } from '../resources.ts'

const FILE_MODE = 0o640
const FOLDER_MODE = 0o750

export const configureCommand: Command = async (context) => {
  const [verb] = context.line.args
  const root = resourceRoot(context.config.director.source.file)
  if (root === undefined) {
    throw new CofferError(
      'console-usage',
      'the configuration is not in a folder for each kind of resource: write the resource into its file',
    )
  }
  if (verb?.keyword === 'add') return addResource(context, root)
  if (verb?.keyword === 'export') return exportClient(context, root)
  throw new CofferError('console-usage', 'configure takes add or export')
}

async function addResource(context: CommandContext, root: string): Promise<void> {
  const { line, director, out } = context
  const [, kind, ...given] = line.args
  const type = CONFIGURABLE.get(kind?.keyword ?? '')
  if (type === undefined) {
    throw new CofferError(
      'console-usage',
      `configure add takes ${[...CONFIGURABLE.keys()].join(', ')}`,
    )
  }
  const directives = given.map(({ keyword, value, text }): GivenDirective => {
    if (value !== undefined) return { name: keyword, value }
    throw new CofferError('console-usage', `"${text}" is not of the form directive=value`)
  })
  const name = findValue(line, 'name')
  if (name === undefined) throw new CofferError('console-usage', 'name= is missing')
  const file = resourceFile(root, type, name)
  await writeNew(file, resourceBlock(type, directives))
  const reload = await director.reload()
  if (!reload.ok) {
    await unlink(file)
    for (const fault of reload.faults)
      await out.error(`${fault.line}:${fault.column}: ${fault.message}`)
    return out.error(`The ${type} "${name}" was not added.`)
  }
  const content = resourceBlock(type, directives, true)
  await out.text(`Created resource config file "${file}":\n${content}`)
  const exported = type === 'Client' ? await writeExport(context, root, name) : undefined
  out.value('configure', { add: { filename: file, content }, ...exported })
}

async function exportClient(context: CommandContext, root: string): Promise<void> {
  const name = findValue(context.line, 'client')
  if (name === undefined) throw new CofferError('console-usage', 'configure export takes client=')
  if (!(await requireResource(context, 'client', name))) return
  const exported = await writeExport(context, root, name)
  context.out.value('configure', exported)
}

/** What the file daemon of a Client must know of this Director. */
async function writeExport(
  { director, out }: CommandContext,
  root: string,
  client: string,
): Promise<{ readonly export: { readonly filename: string; readonly content: string } }> {
  const config = director.config()
  const { name } = config.director
  const secret = config.clients.get(client)?.password.reveal() ?? ''
  const directives = [
    { name: 'Name', value: name },
    { name: 'Password', value: `[md5]${secret}` },
  ]
  const filename = exportFile(root, client, name)
  await mkdir(dirname(filename), { recursive: true, mode: FOLDER_MODE })
  await writeFile(filename, resourceBlock('Director', directives), { mode: 0o600 })
  const content = resourceBlock('Director', directives, true)
  await out.text(`Exported resource file "${filename}":\n${content}`)
  return { export: { filename, content } }
}

/** Throws `console-command-file`, also when there is such a file. */
async function writeNew(file: string, text: string): Promise<void> {
  try {
    await mkdir(dirname(file), { recursive: true, mode: FOLDER_MODE })
    await writeFile(file, text, { mode: FILE_MODE, flag: 'wx' })
  } catch (cause) {
    throw new CofferError('console-command-file', `cannot write "${file}": ${messageOf(cause)}`, {
      cause,
    })
  }
}
