import { chargeContext, chargeList } from '../budget.ts'
import { emptyContext } from '../contexts.ts'
import { note } from '../diagnostics.ts'
import { parseNumber } from '../numbers.ts'
import { childrenOf } from '../parse.ts'
import type { SyntaxNode } from '../parse.ts'
import { unquoted } from '../quoting.ts'
import { parseDate, parseDateTime, parseDuration, parseTime } from '../temporal.ts'
import type { FeelValue } from '../values.ts'
import { allowedName, childAt, nameOf, textOf, withLocal } from './names.ts'
import type { Code, Compiler } from './names.ts'

export const constant =
  (value: FeelValue): Code =>
  () =>
    value

/** A literal that stands for no value is null, which its reader may wonder about. */
const literalOr = (value: FeelValue, node: SyntaxNode, text: string): Code =>
  value === null ? (frame) => note(frame, 'feel.no_result', node.from, text) : constant(value)

/** The text between the quotes, with its escapes resolved. */
export const stringOf = (compiler: Compiler, node: SyntaxNode): string => unquoted(textOf(compiler, node))

/** `@"..."` is whichever temporal value its text is; null when it is none. */
function temporal(text: string): FeelValue {
  return parseDuration(text) ?? (/^[^@]*T/.test(text) ? parseDateTime(text) : (parseDate(text) ?? parseTime(text)))
}

export function numericLiteral(node: SyntaxNode, compiler: Compiler): Code {
  return constant(parseNumber(textOf(compiler, node).replaceAll(/\s/g, '')))
}

export const stringLiteral = (node: SyntaxNode, compiler: Compiler): Code => constant(stringOf(compiler, node))

export const booleanLiteral = (node: SyntaxNode, compiler: Compiler): Code =>
  constant(textOf(compiler, node) === 'true')

export const atLiteral = (node: SyntaxNode, compiler: Compiler): Code =>
  literalOr(temporal(stringOf(compiler, childAt(node, 0))), node, textOf(compiler, node))

export function list(node: SyntaxNode, compiler: Compiler): Code {
  const items = childrenOf(node)
    .slice(1, -1)
    .map((child) => compiler.compile(child, compiler))
  return (frame, env) =>
    chargeList(
      frame,
      items.map((item) => item(frame, env)),
    )
}

function keyOf(node: SyntaxNode, compiler: Compiler): string {
  const key = childAt(childAt(node, 0), 0)
  return key.name === 'StringLiteral' ? allowedName(stringOf(compiler, key), key) : nameOf(compiler, key)
}

/** A context; each entry sees the ones before it, and a function among them itself (so that it can recur). */
export function context(node: SyntaxNode, compiler: Compiler): Code {
  let inner = compiler
  const entries = childrenOf(node)
    .filter((child) => child.name === 'ContextEntry')
    .map((child) => {
      const name = keyOf(child, compiler)
      const value = childAt(child, 1)
      const visible = withLocal(inner, name)
      const recursive = value.name === 'FunctionDefinition'
      const code = compiler.compile(value, recursive ? visible : inner)
      inner = visible
      return { name, code, recursive }
    })
  const twice = entries.find(({ name }, index) => entries.findIndex((each) => each.name === name) !== index)
  if (twice) return (frame) => note(frame, 'feel.duplicate_entry', node.from, twice.name)
  return (frame, env) => {
    const made = emptyContext()
    let scope = env
    for (const { name, code, recursive } of entries) {
      const next = { value: null as FeelValue, parent: scope }
      next.value = code(frame, recursive ? next : scope)
      made[name] = next.value
      scope = next
    }
    return chargeContext(frame, made)
  }
}
