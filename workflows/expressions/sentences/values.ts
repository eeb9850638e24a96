import { childrenOf } from '../parse.ts'
import type { SyntaxNode } from '../parse.ts'
import { quoted, unquoted } from '../quoting.ts'
import { momentTypes } from './sentence.ts'
import type { Literal, MomentType, Value } from './sentence.ts'

/** A source and the tree of it. */
export interface Source {
  readonly text: string
}

export const textOf = ({ text }: Source, node: SyntaxNode) => text.slice(node.from, node.to)

function moment(source: Source, node: SyntaxNode): Literal | null {
  const [first, , args] = childrenOf(node)
  if (!first) return null
  if (first.name === 'AtLiteral') {
    const [text] = childrenOf(first)
    return text ? { kind: 'moment', type: '@', text: unquoted(textOf(source, text)) } : null
  }
  const type = textOf(source, first).replaceAll(/\s+/g, ' ').trim() as MomentType
  const [text, more] = args ? childrenOf(args) : []
  return momentTypes.includes(type) && text?.name === 'StringLiteral' && !more
    ? { kind: 'moment', type, text: unquoted(textOf(source, text)) }
    : null
}

/** Literals by their node. */
const literals: Record<string, (source: Source, node: SyntaxNode) => Literal | null> = {
  StringLiteral: (source, node) => ({ kind: 'text', text: unquoted(textOf(source, node)) }),
  NumericLiteral: (source, node) => ({ kind: 'number', text: textOf(source, node).replaceAll(/\s/g, '') }),
  BooleanLiteral: (source, node) => ({ kind: 'boolean', value: textOf(source, node) === 'true' }),
  null: () => ({ kind: 'nothing' }),
  DateTimeLiteral: moment,
}

export const literalAt = (source: Source, node: SyntaxNode | undefined): Literal | null =>
  (node && literals[node.name]?.(source, node)) ?? null

/** Names joined by dots; null when it is anything else, such as a filter. */
export function fieldAt(source: Source, node: SyntaxNode | undefined): string | null {
  if (node?.name === 'VariableName' || node?.name === 'PathName') {
    const name = textOf(source, node).replaceAll(/\s+/g, ' ').trim()
    return name.includes('.') ? null : name
  }
  if (node?.name !== 'PathExpression') return null
  const [left, , right] = childrenOf(node)
  const [outer, inner] = [fieldAt(source, left), fieldAt(source, right)]
  return outer === null || inner === null ? null : `${outer}.${inner}`
}

export function valueAt(source: Source, node: SyntaxNode | undefined): Value | null {
  const literal = literalAt(source, node)
  if (literal) return literal
  const path = fieldAt(source, node)
  return path === null ? null : { kind: 'field', path }
}

const writers: { [Kind in Value['kind']]: (value: Extract<Value, { kind: Kind }>) => string } = {
  text: ({ text }) => quoted(text),
  number: ({ text }) => text,
  boolean: ({ value }) => String(value),
  nothing: () => 'null',
  moment: ({ type, text }) => (type === '@' ? `@${quoted(text)}` : `${type}(${quoted(text)})`),
  field: ({ path }) => path,
}

/** A value as FEEL. */
export const writeValue = (value: Value): string => (writers[value.kind] as (value: Value) => string)(value)
