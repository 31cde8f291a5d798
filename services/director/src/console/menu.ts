// Menus as text: numbered choices, in columns when there are many.

/** A list to choose from. */
export interface Menu {
  /** The line above the choices, "The defined Job resources are:"; undefined prints none. */
  readonly heading?: string
  /** The question, "Select Job resource", without the range that follows it. */
  readonly question: string
  readonly items: readonly string[]
}

/** Width that columns may fill, and the number of choices from which on there are columns. */
const WINDOW_WIDTH = 80
const COLUMNS_FROM = 21

/** Heading and choices, each line ended. */
export function menuText({ heading, items }: Menu): string {
  const top = heading === undefined ? '' : `${heading}\n`
  return `${top}${items.length < COLUMNS_FROM ? oneColumn(items) : manyColumns(items)}`
}

/** "Select Job resource (1-22): " */
export function menuQuestion({ question, items }: Menu): string {
  return `${question} (1-${items.length}): `
}

/** What an answer chose: the index of an item, or the words that refuse it. */
export type MenuAnswer =
  | { readonly kind: 'chosen'; readonly index: number }
  | { readonly kind: 'refused'; readonly text: string }

/** Reads a number of the menu; an item's own name will do as well. */
export function readMenuAnswer(answer: string, { items }: Menu): MenuAnswer {
  const word = answer.trim()
  const named = items.indexOf(word)
  if (named >= 0 && !/^\d+$/.test(word)) return { kind: 'chosen', index: named }
  if (!/^[1-9]\d{0,8}$/.test(word)) {
    return { kind: 'refused', text: `Expected a positive integer, got: ${word}\n` }
  }
  const number = Number(word)
  if (number > items.length) {
    return { kind: 'refused', text: `Please enter a number between 1 and ${items.length}\n` }
  }
  return { kind: 'chosen', index: number - 1 }
}

function numbered(items: readonly string[]): string[] {
  const width = String(items.length).length
  return items.map((item, index) => `${String(index + 1).padStart(width)}: ${item}`)
}

function oneColumn(items: readonly string[]): string {
  return numbered(items)
    .map((line) => `${line}\n`)
    .join('')
}

/** Reads downwards, column after column. */
function manyColumns(items: readonly string[]): string {
  const cells = numbered(items)
  const width = String(items.length).length + 2 + Math.max(...items.map((item) => item.length)) + 1
  const columns = Math.max(1, Math.floor(WINDOW_WIDTH / width))
  const lines = Math.ceil(cells.length / columns)
  const texts = Array.from({ length: lines }, (_, line) =>
    cells
      .filter((_cell, index) => index % lines === line)
      .map((cell) => cell.padEnd(width))
      .join(''),
  )
  return texts.map((text) => `${text}\n`).join('')
}
