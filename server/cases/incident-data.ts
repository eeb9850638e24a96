import type { ElementInstance, ProcessInstance } from '../../workflows/engine/instance.ts'
import type { JsonObject, JsonValue } from '../../workflows/model/json.ts'
import { ok, type Result } from '../../workflows/model/problem.ts'
import type { IncidentDocument } from '../../workflows/runtime/documents.ts'
import type { IncidentDataRequest } from '../contract/cases.ts'
import type { CaseDependencies } from './dependencies.ts'
import { caseRefusals } from './refusals.ts'

/** Variables that one scope is given; null is the process. */
interface Given {
  scope: number | null
  variables: JsonObject
}

const isObject = (value: JsonValue | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The value with another one at a path inside it; what stands beside it stays. */
export function withValueAt(whole: JsonValue | undefined, path: readonly string[], value: JsonValue): JsonValue {
  const [name, ...inside] = path
  if (name === undefined) return value
  const around = isObject(whole) ? whole : {}
  return { ...around, [name]: withValueAt(around[name], inside, value) }
}

/**
 * Where values have to be set so that the element of an incident reads them: each in the nearest scope around it that
 * has the name, else in the process (coverage (c)22).
 */
export function givenTo(
  { elements, variables }: Pick<ProcessInstance, 'elements' | 'variables'>,
  incidentId: string,
  values: readonly { path: string; value: JsonValue }[],
): Given[] {
  const around: ElementInstance[] = []
  let element = elements.find(({ incident }) => incident?.id === incidentId)
  while (element) {
    around.push(element)
    const outer: number | undefined = element.scope
    element = elements.find(({ key }) => key === outer)
  }
  const given = new Map<number | null, JsonObject>()
  for (const { path, value } of values) {
    const [name = '', ...inside] = path.split('.')
    const owner = around.find(({ locals }) => locals !== undefined && Object.hasOwn(locals, name))
    const scope = owner?.key ?? null
    const sofar = given.get(scope) ?? {}
    const before = Object.hasOwn(sofar, name) ? sofar[name] : (owner?.locals ?? variables)[name]
    given.set(scope, { ...sofar, [name]: withValueAt(before, inside, value) })
  }
  return [...given].map(([scope, set]) => ({ scope, variables: set }))
}

/** Gives a stuck step the data that it reads; it is tried again by a command of its own. */
export async function setIncidentData(
  deps: CaseDependencies,
  incidentId: string,
  values: IncidentDataRequest['values'],
  by: string,
): Promise<Result<null>> {
  const stored = await deps.store.load<IncidentDocument>('incidents', incidentId)
  if (stored?.data.state !== 'open') return caseRefusals.incidentNotFound()
  const { processInstanceId } = stored.data
  const instance = processInstanceId === null ? null : await deps.runtime.instance(processInstanceId)
  if (!instance) return caseRefusals.incidentTakesNoData()
  for (const { scope, variables } of givenTo(instance, incidentId, values as { path: string; value: JsonValue }[])) {
    const set = await deps.runtime.setVariables(instance.id, variables, by, scope ?? undefined)
    if (!set.ok) return set
  }
  return ok(null)
}
