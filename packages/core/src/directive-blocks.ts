// Directives whose value is a block with rows of its own, such as Include or RunScript; they may be repeated.
import {
  completeBlock,
  type DirectiveRow,
  type DirectiveRows,
  readBlock,
  row,
  type ValuesOf,
  type ValueType,
} from './directive.ts'
import { showRows } from './show-resource.ts'

export interface BlockOptions {
  readonly about: string
  readonly status?: 'inactive' | 'deprecated'
  readonly aliases?: readonly string[]
}

type Blocks<Rows extends DirectiveRows> = readonly ValuesOf<Rows>[]

/** A row that gathers blocks; `title` is what faults call one of them. */
export function blocks<const Rows extends DirectiveRows>(
  title: string,
  rows: Rows,
  options: BlockOptions,
): DirectiveRow<Blocks<Rows>> {
  const type: ValueType<Blocks<Rows>> = {
    label: 'block',
    rows,
    read: (node, context) => {
      if (node.kind === 'block') {
        return [completeBlock(readBlock(node, rows, title, context), rows, title, context)]
      }
      context.fault(node.at, `"${node.name}" must be followed by a block`)
      return undefined
    },
    join: (earlier, later) => [...earlier, ...later],
    show: (values) =>
      values.map((value) => {
        const lines = showRows(rows, value, false).map((line) => `  ${line}\n`)
        return `{\n${lines.join('')}}`
      }),
  }
  return row<Blocks<Rows>, BlockOptions & { readonly default: Blocks<Rows> }>(type, {
    ...options,
    default: [],
  })
}
