import type { CompiledProcess } from '../engine/compiled.ts'
import { keyText } from '../engine/waits.ts'
import { compileExpression } from '../expressions/compile.ts'
import { toJson } from '../expressions/json.ts'
import type { JsonObject } from '../model/json.ts'
import type { PublicationsDocument } from './documents.ts'

type MessageKeys = NonNullable<PublicationsDocument['messageKeys']>

/** How a process reads keys from what its messages carry (BPMN 8.4.2, correlation properties). */
export function messageKeysOf(definition: CompiledProcess): MessageKeys {
  const found = new Map<string, MessageKeys[number]>()
  for (const { triggers } of definition.nodes)
    for (const trigger of triggers) {
      const message = trigger.kind === 'message' ? trigger.message : null
      const messageName = message?.name.text ?? null
      if (!message || messageName === null || message.properties.length === 0) continue
      const paths = message.properties.map(({ path }) => path.source)
      found.set(messageName, { processId: definition.id, messageName, paths })
    }
  return [...found.values()]
}

/** The key of a message that was published without one; empty when nothing says how to read it. */
export function keyFrom(
  keys: MessageKeys,
  message: { name: string; variables: JsonObject },
  clock: { now: string; timeZone: string },
): string {
  const { name, variables } = message
  const get = (variable: string) => (Object.hasOwn(variables, variable) ? variables[variable] : undefined)
  for (const { paths } of keys.filter(({ messageName }) => messageName === name)) {
    const values = paths.map((path) => {
      const compiled = compileExpression(path)
      const result = compiled.ok ? compiled.expression.evaluate({ get, ...clock }) : null
      return result?.ok ? toJson(result.value) : null
    })
    const key = keyText(values)
    if (key !== null) return key
  }
  return ''
}
