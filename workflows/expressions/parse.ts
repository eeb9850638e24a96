import { parser, trackVariables } from 'lezer-feel'
import { limits } from './budget.ts'
import { forbiddenNames } from './contexts.ts'
import { refuse } from './problems.ts'

type Tree = ReturnType<typeof parser.parse>
export type SyntaxNode = Tree['topNode']

/** How names that have spaces or operators in them are known to the grammar: name to a sample of what it holds. */
export type Shape = Record<string, unknown>

// Camunda's dialect adds texts over several lines and names in backticks; plain FEEL reads the same in both.
const dialect = 'camunda'

/** Built-ins whose names hold a keyword: the grammar takes them for one name only when it knows them. */
const builtinNames: Shape = { 'get or else': 1 }

const contextTracker = trackVariables(builtinNames)

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
  return plain[top].configure({ contextTracker: trackVariables(known) })
}

function parsed(source: string, top: Top, shape: Shape | undefined): Tree {
  try {
    // The grammar does not know `range<...>` as a type: it reads it as a list, types are told apart by the source.
    return parserFor(top, shape).parse(source.replaceAll(/\brange(?=\s*<)/g, 'list '))
  } catch {
    return refuse('feel.syntax', source.trim().slice(0, 20), 0)
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
    if (cursor.type.isError)
      refuse('feel.syntax', source.slice(cursor.from, cursor.from + 20).trim() || source.slice(-20), cursor.from)
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
