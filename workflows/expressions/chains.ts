import { childrenOf } from './parse.ts'
import type { SyntaxNode } from './parse.ts'

/** An operand of `and` and `or`. With a subject it is the test of `subject in test`. */
export interface Operand {
  readonly node: SyntaxNode
  readonly subject?: SyntaxNode
}

/** Operands that are joined alike; those of `and` lie in those of `or`. `positions`: where the joins stand in the source. */
export interface Chain {
  readonly join: 'and' | 'or'
  readonly parts: readonly (Chain | Operand)[]
  readonly positions: readonly number[]
}

export const isChain = (part: Chain | Operand): part is Chain => 'join' in part

const joins: Record<string, Chain['join']> = { Conjunction: 'and', Disjunction: 'or' }

interface Flat {
  readonly operands: readonly Operand[]
  readonly joins: readonly { readonly join: Chain['join']; readonly position: number }[]
}

/** The test after `in` when the grammar lets it reach over an `and` or `or`, which it does not in FEEL. */
function hidden(node: SyntaxNode): { subject: SyntaxNode; chain: SyntaxNode } | null {
  if (node.name !== 'Comparison') return null
  const [subject, sign, test] = childrenOf(node)
  const inner = sign?.name === 'in' && test?.name === 'PositiveUnaryTest' ? test.firstChild : null
  return subject && inner && joins[inner.name] ? { subject, chain: inner } : null
}

function flat(node: SyntaxNode): Flat {
  const behind = hidden(node)
  if (behind) {
    const { operands, joins: rest } = flat(behind.chain)
    const [first, ...others] = operands
    return first && !first.subject
      ? { operands: [{ node: first.node, subject: behind.subject }, ...others], joins: rest }
      : { operands: [{ node }], joins: [] }
  }
  const join = joins[node.name]
  const [left, sign, right] = join ? childrenOf(node) : []
  if (!join || !left || !sign || !right) return { operands: [{ node }], joins: [] }
  const [a, b] = [flat(left), flat(right)]
  return {
    operands: [...a.operands, ...b.operands],
    joins: [...a.joins, { join, position: sign.from }, ...b.joins],
  }
}

/** The operands of a node with `and` and `or` as they bind in FEEL, `and` closer; null when it has none. */
export function chainAt(node: SyntaxNode): Chain | null {
  if (!joins[node.name] && !hidden(node)) return null
  const { operands, joins: between } = flat(node)
  if (between.length === 0) return null
  const groups: { parts: Operand[]; positions: number[] }[] = [{ parts: [operands[0] as Operand], positions: [] }]
  const positions: number[] = []
  for (const [index, { join, position }] of between.entries()) {
    const next = operands[index + 1] as Operand
    const group = groups.at(-1)
    if (join === 'and' && group) {
      group.parts.push(next)
      group.positions.push(position)
    } else {
      groups.push({ parts: [next], positions: [] })
      positions.push(position)
    }
  }
  const parts = groups.map((group) =>
    group.parts.length === 1 ? (group.parts[0] as Operand) : ({ join: 'and', ...group } satisfies Chain),
  )
  const [only] = parts
  return only && parts.length === 1 && isChain(only) ? only : { join: 'or', parts, positions }
}
