import { builtins } from '../builtins/table.ts'
import { entryAsWritten, forbiddenNames, normalizedName } from '../contexts.ts'
import { note } from '../diagnostics.ts'
import { end } from '../evaluation.ts'
import { refuse, sentence } from '../problems.ts'
import { literalWords, withNearest } from '../nearest.ts'
import { refuseSyntax, slipInName } from '../slips.ts'
import type { ExpressionProblem } from '../problems.ts'
import { childrenOf } from '../parse.ts'
import type { SyntaxNode } from '../parse.ts'
import { isContext } from '../values.ts'
import type { FeelType, FeelValue, Frame } from '../values.ts'

/** The local variables of a running expression, innermost first. */
export interface Env {
  value: FeelValue
  readonly parent: Env | null
}

/** An expression as a function: what a node of the syntax tree is compiled to. */
export type Code = (frame: Frame, env: Env | null) => FeelValue

/** The local variables as the compiler knows them, in step with `Env`. */
interface LocalName {
  readonly name: string
  /** The item of a filter: the names of its entries are in scope too, which only its value can tell. */
  readonly opened: boolean
  readonly parent: LocalName | null
}

/** What the compiler carries down the tree; `free` and `notes` are collected on the way. */
export interface Compiler {
  readonly source: string
  readonly locals: LocalName | null
  /** Names from outside as the grammar writes them, to how they are spelled. */
  readonly known: ReadonlyMap<string, string>
  readonly free: Set<string>
  readonly notes: ExpressionProblem[]
  /** Whether a variable that the scope does not know ends the evaluation instead of giving null. */
  readonly strict: boolean
  /** How often the code at this place runs at least, as literal ranges around it tell. */
  readonly iterations: number
  /** Names and paths of money. */
  readonly money: ReadonlySet<string>
  readonly typeOf: (name: string) => FeelType | undefined
  /** Compiles a node below; handed down so that the files of the node kinds do not import one another. */
  readonly compile: (node: SyntaxNode, compiler: Compiler) => Code
}

export const withLocal = (compiler: Compiler, name: string, opened = false): Compiler => ({
  ...compiler,
  locals: { name: normalizedName(name), opened, parent: compiler.locals },
})

/** A child that the grammar guarantees; from the end when `index` is negative. */
export function childAt(node: SyntaxNode, index: number): SyntaxNode {
  const child = childrenOf(node).at(index)
  return child ?? refuse('feel.syntax', node.name, node.from)
}

export const textOf = (compiler: Compiler, node: SyntaxNode) => compiler.source.slice(node.from, node.to)

/** A name as it is written, without the backticks and with single spaces; refuses the forbidden ones. */
export function nameOf(compiler: Compiler, node: SyntaxNode): string {
  const text = textOf(compiler, node)
  const name = text.startsWith('`') ? text.slice(1, -1) : text.trim().replaceAll(/\s+/g, ' ')
  return allowedName(name, node)
}

export function allowedName(name: string, node: SyntaxNode): string {
  if (forbiddenNames.has(name)) refuse('feel.forbidden_name', name, node.from)
  return name
}

function local(depth: number): Code {
  if (depth === 0) return (_, env) => (env as Env).value
  if (depth === 1) return (_, env) => ((env as Env).parent as Env).value
  return (_, env) => {
    let at = env as Env
    for (let i = 0; i < depth; i++) at = at.parent as Env
    return at.value
  }
}

/** What comes from outside and is no value of FEEL counts as absent. */
const isForeign = (value: unknown) =>
  value === undefined || typeof value === 'function' || typeof value === 'symbol' || typeof value === 'bigint'

function global(compiler: Compiler, name: string, maybeEntry: boolean, position: number): Code {
  const known = compiler.known.get(normalizedName(name)) ?? name
  if (!maybeEntry || compiler.known.has(normalizedName(name))) {
    if (!builtins.has(known)) compiler.free.add(known)
  }
  const slip = maybeEntry || compiler.known.has(normalizedName(name)) ? undefined : slipInName(name)
  if (slip !== undefined) refuseSyntax(compiler.source, compiler.source.indexOf(name.charAt(slip), position))
  const fallback = builtins.get(known)?.value
  const strict = compiler.strict && !maybeEntry
  return (frame) => {
    const value = frame.scope.get(known)
    if (typeof value === 'number') return Number.isFinite(value) ? value : null
    if (!isForeign(value)) return value as FeelValue
    if (fallback) return fallback
    if (strict)
      end(
        'feel.unknown_variable',
        withNearest(sentence('feel.unknown_variable', known), known, [...compiler.known.values(), ...literalWords]),
      )
    return maybeEntry ? null : note(frame, 'feel.unknown_variable', position, known, known)
  }
}

/** Whether a name is bound inside of the expression itself. */
export function isLocalName(compiler: Compiler, name: string): boolean {
  const wanted = normalizedName(name)
  for (let at = compiler.locals; at; at = at.parent) if (at.opened || at.name === wanted) return true
  return false
}

/** The code that reads a variable: a local one, an entry of a filter's item, one from outside, or a built-in. */
export function variable(compiler: Compiler, name: string, position: number): Code {
  const wanted = normalizedName(name)
  const opened: Code[] = []
  let found: Code | undefined
  let depth = 0
  for (let at = compiler.locals; at && !found; at = at.parent, depth++) {
    if (at.opened) opened.push(local(depth))
    if (at.name === wanted) found = local(depth)
  }
  const outer = found ?? global(compiler, name, opened.length > 0, position)
  return opened.reduceRight<Code>(
    (next, item) => (frame, env) => {
      const value = item(frame, env)
      const inner = isContext(value) ? entryAsWritten(value, name) : undefined
      return inner === undefined ? next(frame, env) : inner
    },
    outer,
  )
}
