import type { Expression } from '../expressions/compile.ts'
import type { DataAssociation, DataPlace, ParsedNode } from '../model/definition.ts'
import type { CompiledAssociation, CompiledData, CompiledNode, CompiledPlace } from './compiled.ts'

/** What compiling needs to know of the process around. */
interface Around {
  feel(text: string): Expression
  node(id: string): CompiledNode | undefined
  /** Data that an assignment may name: by id and by name. */
  named(name: string): DataPlace | undefined
}

const placeOf = ({ name, store, scope }: DataPlace, around: Around): CompiledPlace => ({
  name,
  store,
  scope: scope === null ? null : (around.node(scope) ?? null),
})

/**
 * Where an assignment writes: its target by name or by id, other data in sight by theirs, or else a part of the target
 * (BPMN 10.4.2: the target element, or any element in the context, or a sub-element of it).
 */
function assigned(to: string, target: DataPlace | null, around: Around): { place: CompiledPlace; path: string[] } {
  const path = to.split('.').map((name) => name.trim())
  const [first = '', ...rest] = path
  if (target && (first === target.name || first === target.ref)) return { place: placeOf(target, around), path: rest }
  const known = around.named(first)
  if (known) return { place: placeOf(known, around), path: rest }
  if (target) return { place: placeOf(target, around), path }
  return { place: { name: first, store: false, scope: null }, path: rest }
}

function associationOf(association: DataAssociation, around: Around): CompiledAssociation {
  const { sources, target, transformation, assignments } = association
  return {
    sources: sources.map((source) => ({ ...placeOf(source, around), ref: source.ref })),
    target: target && placeOf(target, around),
    transformation: transformation === null ? null : around.feel(transformation),
    assignments: assignments.map(({ from, to }) => ({ from: around.feel(from), ...assigned(to, target, around) })),
  }
}

const same = (one: DataPlace | null | undefined, other: DataPlace) =>
  one?.name === other.name && one.scope === other.scope && one.store === other.store

/** The data of a node; those of its loop as a whole stand apart from those of each instance. */
export function compileData(parsed: ParsedNode, around: Around): CompiledData | null {
  const { data, multiInstance } = parsed
  if (!data) return null
  const list = multiInstance?.loopDataInput
  const collected = multiInstance?.loopDataOutput
  const compile = (associations: readonly DataAssociation[]) => associations.map((one) => associationOf(one, around))
  const ofWhole = {
    inputs: data.inputs.filter(({ target }) => list !== undefined && same(target, list)),
    outputs: data.outputs.filter(
      ({ sources }) => collected !== undefined && sources.some((one) => same(one, collected)),
    ),
  }
  return {
    locals: [...data.objects, ...data.dataOutputs],
    payload: data.dataInputs,
    inputs: compile(data.inputs.filter((one) => !ofWhole.inputs.includes(one))),
    outputs: compile(data.outputs.filter((one) => !ofWhole.outputs.includes(one))),
    inputsOfWhole: compile(ofWhole.inputs),
    outputsOfWhole: compile(ofWhole.outputs),
  }
}

/** A place that a loop reads its list from, or writes what it collected to. */
export const compilePlace = (place: DataPlace | undefined, around: Around): CompiledPlace | null =>
  place ? placeOf(place, around) : null
