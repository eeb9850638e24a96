import type { CompileOptions } from '../expressions/compile.ts'
import type { ParsedNode, ParsedProcess } from '../model/definition.ts'

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

/** Names of variables that something in the diagram gives a value to. */
export function namesGiven(process: ParsedProcess): Set<string> {
  const places = (process.data ?? []).flatMap(({ name, ref }) => [name, ref])
  return new Set([...ofTheEngine, ...places, ...process.nodes.flatMap(givenBy)])
}

/** FEEL takes a sign or a space in a name for the end of it, unless the name is known. */
const isSplit = (name: string) => /[^\p{L}\p{N}_]/u.test(name)

/**
 * What the reader of expressions has to know to read names as one that the diagram gives, such as the id of a step
 * (`check-order.outcome`) or of a flow into a complex gateway (`incoming.a-gate`); nothing where all read by themselves.
 */
export function readingOf(process: ParsedProcess): CompileOptions | undefined {
  const names = [...namesGiven(process)].filter(isSplit)
  const complex = process.nodes.filter(({ kind }) => kind === 'complexGateway')
  const flows = complex.flatMap(({ incoming }) => incoming).filter(isSplit)
  if (names.length === 0 && flows.length === 0) return undefined
  return {
    names,
    ...(flows.length > 0 && { shape: { incoming: Object.fromEntries(flows.map((id) => [id, 1])) } }),
  }
}
