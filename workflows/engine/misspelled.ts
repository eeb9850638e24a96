import type { Expression, ExpressionProblem } from '../expressions/compile.ts'
import { nearestName, withNearest } from '../expressions/nearest.ts'
import { sentence } from '../expressions/problems.ts'
import type { ParsedNode, ParsedProcess } from '../model/definition.ts'

export type Named = { id: string; name?: string }

/** An expression that can be read, with the element that it stands on. */
export interface Placed {
  named: Named
  expression: Expression
}

/** What the engine itself gives to expressions, each in its place ((c)5, (c)7). */
const ofTheEngine = [
  'loopCounter',
  'numberOfInstances',
  'numberOfActiveInstances',
  'numberOfCompletedInstances',
  'numberOfTerminatedInstances',
  'activationCount',
  'incoming',
  'waitingForStart',
]

/** Names that an element of the diagram gives a value to. */
function givenBy(node: ParsedNode): string[] {
  const { multiInstance: loop, data, policy } = node
  const hasResult = policy?.participants ?? policy?.approval ?? policy?.actions
  const names = [
    ...[...node.inputs, ...node.outputs].map(({ target }) => target.split('.')[0]),
    node.script?.resultVariable,
    node.decision?.resultVariable,
    loop?.inputElement,
    loop?.outputCollection,
    loop?.outputDataItem,
    node.adHoc?.outputCollection,
    ...(data ? [...data.objects, ...data.dataInputs, ...data.dataOutputs] : []),
    ...(policy?.fields?.fields ?? []).map(({ path }) => path.split('.')[0]),
    ...node.triggers.flatMap((trigger) => (trigger.kind === 'conditional' ? (trigger.filter?.names ?? []) : [])),
    hasResult ? node.id : null,
  ]
  return names.filter((name) => typeof name === 'string')
}

/** One and several of a thing, and names that go on from one another, are meant to be near: `item` and `items`. */
const belong = (a: string, b: string) => a.startsWith(b) || b.startsWith(a) || stem(a) === stem(b)
const stem = (name: string) => name.replace(/s?\d*$/, '')

/** Shorter names are near to too many others. */
const shortest = 4

/**
 * Variables that are read under a name that nothing in the diagram gives a value to, and that is nearly one that
 * something does, or that is read elsewhere (reliability F15). Most variables come from outside, with a start or a form,
 * so a name that is near to no other is no reason to warn.
 */
export function misspelled(
  process: ParsedProcess,
  read: readonly Placed[],
): { named: Named; note: ExpressionProblem }[] {
  const places = (process.data ?? []).flatMap(({ name, ref }) => [name, ref])
  const given = new Set([...ofTheEngine, ...places, ...process.nodes.flatMap(givenBy)])
  const readers = new Map<string, Placed[]>()
  for (const placed of read)
    for (const name of placed.expression.variables) readers.set(name, [...(readers.get(name) ?? []), placed])
  const order = [...readers.keys()]
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
