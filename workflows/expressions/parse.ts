import { parser, trackVariables } from 'lezer-feel'
import { limits } from './budget.ts'
import { forbiddenNames } from './contexts.ts'
import { refuse } from './problems.ts'
import { refuseSyntax } from './slips.ts'

type Tree = ReturnType<typeof parser.parse>
export type SyntaxNode = Tree['topNode']

/** How names that have spaces or operators in them are known to the grammar: name to a sample of what it holds. */
export type Shape = Record<string, unknown>

// Camunda's dialect adds texts over several lines and names in backticks; plain FEEL reads the same in both.
const dialect = 'camunda'

/** Built-ins whose names hold a keyword: the grammar takes them for one name only when it knows them. */
const builtinNames: Shape = { 'get or else': 1 }

/** What the grammar has seen so far of an expression: its parts, of which each knows the names inside of it. */
interface Seen {
  readonly name: string
  readonly tokens: readonly string[]
  readonly children: readonly unknown[]
  readonly context: Names
  assign(change: { children?: readonly unknown[]; context?: Names }): Seen
}

interface Names {
  getKeys(): string[]
  set(name: string, value: unknown): Names
}

/** The grammar's own way to follow names, which its declarations leave out. */
interface Follows {
  reduce: (seen: Seen, term: number, ...rest: unknown[]) => Seen
}

const filterExpression = parser.nodeSet.types.find(({ name }) => name === 'FilterExpression')?.id

/** All names inside of what is known that are more than one word, with what they hold. */
function longNames(shape: Shape, found = new Map<string, unknown>()): Map<string, unknown> {
  for (const [name, inner] of Object.entries(shape)) {
    if (/[^\p{L}\p{N}_]/u.test(name)) found.set(name, inner)
    if (typeof inner === 'object' && inner !== null) longNames(inner as Shape, found)
  }
  return found
}

/**
 * Follows the names in scope through a source, where the grammar does not: a filtered list keeps the names inside of its
 * items whatever is asked of them, and what nothing is known of may have every name of several words that is known.
 */
function tracker(known: Shape): ReturnType<typeof trackVariables> {
  const made = trackVariables(known)
  const { reduce } = made as unknown as Follows
  const names = longNames(known)
  const fixed: Follows['reduce'] = (seen, term, ...rest) => {
    const { children } = seen
    const isLong = term === filterExpression && children.length > 2
    const next = reduce(isLong ? seen.assign({ children: [children[0], children.at(-1)] }) : seen, term, ...rest)
    if (names.size === 0 || next.children.length !== 1 || next.tokens.length > 0) return next
    const isOpen =
      next.name === 'PathExpression'
        ? next.context.getKeys().length === 0
        : next.name === 'FilterExpression' && next.context.getKeys().length <= seen.context.getKeys().length + 1
    if (!isOpen) return next
    return next.assign({ context: [...names].reduce((all, [name, inner]) => all.set(name, inner), next.context) })
  }
  return Object.assign(made, { reduce: fixed })
}

const contextTracker = tracker(builtinNames)

const plain = {
  Expression: parser.configure({ top: 'Expression', dialect, contextTracker }),
  UnaryTests: parser.configure({ top: 'UnaryTests', dialect, contextTracker }),
}

export type Top = keyof typeof plain

const opening = new Set(['(', '[', '{'])
const closing = new Set([')', ']', '}'])

/** Refuses, without parsing, what would be slow to parse (reliability F11). */
function checkSize(source: string): void {
  if (source.length > limits.sourceLength)
    refuse('feel.size', `${source.length} > ${limits.sourceLength}`, limits.sourceLength)
  let depth = 0
  let quoted = false
  for (let i = 0; i < source.length; i++) {
    const char = source.charAt(i)
    const code = source.charCodeAt(i)
    if (code < 32 && char !== '\n' && char !== '\r' && char !== '\t') refuse('feel.characters', '', i)
    if (quoted) {
      if (char === '\\') i++
      else if (char === '"') quoted = false
    } else if (char === '"') quoted = true
    else if (opening.has(char) && ++depth > limits.nesting) refuse('feel.size', `> ${limits.nesting}`, i)
    else if (closing.has(char) && depth > 0) depth--
  }
}

function parserFor(top: Top, shape: Shape | undefined) {
  const names = Object.keys(shape ?? {}).filter((name) => !forbiddenNames.has(name))
  if (names.length === 0) return plain[top]
  const known: Shape = { ...builtinNames }
  for (const name of names) known[name] = shape?.[name] ?? 1
  return plain[top].configure({ contextTracker: tracker(known) })
}

function parsed(source: string, top: Top, shape: Shape | undefined): Tree {
  try {
    // The grammar does not know `range<...>` as a type: it reads it as a list, types are told apart by the source.
    return parserFor(top, shape).parse(source.replaceAll(/\brange(?=\s*<)/g, 'list '))
  } catch {
    return refuseSyntax(source, 0)
  }
}

/** Reads a source into its syntax tree, or refuses it with the place of the first error. */
export function parse(source: string, top: Top, shape?: Shape): SyntaxNode {
  checkSize(source)
  const tree = parsed(source, top, shape)
  const cursor = tree.cursor()
  let depth = 0
  // Depth first without recursion: the tree of a hostile source may be deeper than the stack.
  for (;;) {
    if (cursor.type.isError) refuseSyntax(source, cursor.from)
    if (cursor.firstChild()) {
      if (++depth > limits.treeDepth) refuse('feel.size', `> ${limits.treeDepth}`, cursor.from)
      continue
    }
    while (!cursor.nextSibling()) {
      if (!cursor.parent()) return tree.topNode
      depth--
    }
  }
}

const comments = new Set(['LineComment', 'BlockComment'])

/** The children of a node without the comments between them. */
export function childrenOf(node: SyntaxNode): SyntaxNode[] {
  const children: SyntaxNode[] = []
  for (let child = node.firstChild; child; child = child.nextSibling)
    if (!comments.has(child.name)) children.push(child)
  return children
}
