import type { Expression, ExpressionProblem } from '../expressions/compile.ts'
import { nearestName, withNearest } from '../expressions/nearest.ts'
import { sentence } from '../expressions/problems.ts'
import type { ParsedProcess } from '../model/definition.ts'
import { namesGiven } from './known-names.ts'

export type Named = { id: string; name?: string }

/** An expression that can be read, with the element that it stands on. */
export interface Placed {
  named: Named
  expression: Expression
}

/** One and several of a thing, and names that go on from one another, are meant to be near: `item` and `items`. */
const belong = (a: string, b: string) => a.startsWith(b) || b.startsWith(a) || stem(a) === stem(b)
const stem = (name: string) => name.replace(/s?\d*$/, '')

/** Shorter names are near to too many others. */
const shortest = 4

/** Names that are held against each other; a diagram with more of them is left alone, for a warning is not worth the time. */
const mostNames = 200

/**
 * Variables that are read under a name that nothing in the diagram gives a value to, and that is nearly one that
 * something does, or that is read elsewhere (reliability F15). Most variables come from outside, with a start or a form,
 * so a name that is near to no other is no reason to warn. `fields` are those of its forms, as far as they are known.
 */
export function misspelled(
  process: ParsedProcess,
  read: readonly Placed[],
  fields: readonly string[],
): { named: Named; note: ExpressionProblem }[] {
  const given = new Set([...namesGiven(process), ...fields])
  const readers = new Map<string, Placed[]>()
  for (const placed of read)
    for (const name of placed.expression.variables) readers.set(name, [...(readers.get(name) ?? []), placed])
  const order = [...readers.keys()]
  if (order.length + given.size > mostNames) return []
  return order.flatMap((name, place) => {
    const at = readers.get(name) ?? []
    if (given.has(name) || name.length < shortest) return []
    // Of two names that are read equally often the first is taken for the right one.
    const better = order.filter((other, otherPlace) => {
      const more = (readers.get(other)?.length ?? 0) - at.length
      return more > 0 || (more === 0 && otherPlace < place)
    })
    const likely = [...given, ...better].filter((other) => other.length >= shortest && !belong(name, other))
    if (nearestName(name, likely) === null) return []
    const message = withNearest(sentence('feel.unknown_variable', name), name, likely)
    return at.map(({ named }) => ({ named, note: { code: 'feel.unknown_variable', message } }))
  })
}
