import { quoted, readLiteral, splitOutside, writeLiteral, type PlainValue } from '../feel-text.ts'

export const cellComparisons = ['<=', '<', '>=', '>', '='] as const
export type CellComparison = (typeof cellComparisons)[number]

/** A condition of a table as people say it. `expression` is what no such word fits. */
export type CellTest =
  | { readonly kind: 'any' }
  | { readonly kind: 'compare'; readonly comparison: CellComparison; readonly number: string }
  | {
      readonly kind: 'between'
      readonly from: string
      readonly to: string
      readonly withFrom: boolean
      readonly withTo: boolean
    }
  | { readonly kind: 'oneOf'; readonly values: readonly string[]; readonly not: boolean }
  | { readonly kind: 'yesNo'; readonly value: boolean }
  | { readonly kind: 'missing' }
  | { readonly kind: 'expression'; readonly text: string }

const number = String.raw`-?\d+(?:\.\d+)?`
const compared = new RegExp(`^(<=|>=|<|>|=)?\\s*(${number})$`)
const ranged = new RegExp(`^([[(\\]])\\s*(${number})\\s*\\.\\.\\s*(${number})\\s*([\\])[])$`)

function textsOf(source: string): string[] | null {
  const values = splitOutside(source, /,/).map((part) => readLiteral(part))
  return values.every((value) => value?.kind === 'text')
    ? values.map((value) => (value as { text: string }).text)
    : null
}

/** Reads a unary test. Everything can be read: at worst it is an expression. */
export function readCell(source: string): CellTest {
  const text = source.trim()
  if (text === '' || text === '-') return { kind: 'any' }
  if (text === 'null') return { kind: 'missing' }
  if (text === 'true' || text === 'false') return { kind: 'yesNo', value: text === 'true' }
  const comparison = compared.exec(text)
  if (comparison)
    return { kind: 'compare', comparison: (comparison[1] ?? '=') as CellComparison, number: comparison[2]! }
  const range = ranged.exec(text)
  if (range)
    return { kind: 'between', from: range[2]!, to: range[3]!, withFrom: range[1] === '[', withTo: range[4] === ']' }
  const not = /^not\s*\(([\s\S]*)\)$/.exec(text)
  const values = textsOf(not ? not[1]! : text)
  return values ? { kind: 'oneOf', values, not: not !== null } : { kind: 'expression', text }
}

export function writeCell(cell: CellTest): string {
  switch (cell.kind) {
    case 'any':
      return '-'
    case 'missing':
      return 'null'
    case 'yesNo':
      return String(cell.value)
    case 'compare':
      return cell.comparison === '=' ? cell.number : `${cell.comparison} ${cell.number}`
    case 'between':
      return `${cell.withFrom ? '[' : '('}${cell.from}..${cell.to}${cell.withTo ? ']' : ')'}`
    case 'oneOf': {
      if (cell.values.length === 0) return '-'
      const list = cell.values.map(quoted)
      return cell.not ? `not(${list.join(', ')})` : list.join(',')
    }
    case 'expression':
      return cell.text.trim() || '-'
  }
}

/** The allowed values of a column, when they are a plain list. */
export function allowedValues(source: string): PlainValue[] {
  if (source.trim() === '') return []
  const values = splitOutside(source, /,/).map((part) => readLiteral(part))
  return values.some((value) => value === null) ? [] : (values as PlainValue[])
}

/** A result: a plain value, or an expression. */
export type CellResult = PlainValue | { readonly kind: 'expression'; readonly text: string }
export const readResult = (source: string): CellResult =>
  source.trim() === '' ? { kind: 'nothing' } : (readLiteral(source) ?? { kind: 'expression', text: source.trim() })
export const writeResult = (result: CellResult): string =>
  result.kind === 'expression' ? result.text.trim() || 'null' : writeLiteral(result)

/** Columns of amounts, by the name that the process variables give them: `amount`, `least`, `cap`. Minor units. */
const amounts = /(?:^|[a-z.])(?:amount|total|price|paid|refund|ceiling|least|cap|fee)$/i
export const isMoneyColumn = (
  column: { name: string; type: string },
  variables: readonly { path: string; type: string }[],
): boolean => {
  if (column.type !== 'number') return false
  const known = variables.find((one) => one.path === column.name || one.path.endsWith(`.${column.name}`))
  return known ? known.type === 'money' : amounts.test(column.name)
}
