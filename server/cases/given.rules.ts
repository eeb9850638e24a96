import type { FieldRights } from '../../workflows/model/approval.ts'
import type { JsonObject, JsonValue } from '../../workflows/model/json.ts'
import type { TaskDocument } from '../../workflows/runtime/face.ts'
import { accessOf } from '../contract/form-schema.ts'

type Given = Pick<TaskDocument, 'state' | 'assignee' | 'waitingFor' | 'question' | 'items' | 'copies'>

/**
 * Whether a task lets somebody read what it names: while it is open, whoever holds it, has had his turn in it, lent his
 * item out, was asked something or was sent a copy (approvals 8).
 */
export const isGiven = ({ state, assignee, waitingFor, question, items, copies = [] }: Given, who: string): boolean =>
  state === 'open' &&
  (assignee === who ||
    waitingFor.includes(who) ||
    question?.to === who ||
    copies.includes(who) ||
    items.some(
      (item) => item.state !== 'canceled' && item.openedAt !== null && (item.who === who || item.back?.who === who),
    ))

const isObject = (value: JsonValue | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** What a step shows of data: without fields, columns and parts that its rights hide. */
export function withoutHidden(rights: FieldRights | null, data: JsonObject, around = ''): JsonObject {
  if (rights === null) return data
  const shown = Object.entries(data).flatMap(([key, value]): [string, JsonValue][] => {
    const path = `${around}${key}`
    if (rights.fields.some((field) => field.path.startsWith(`${path}.`))) {
      if (isObject(value)) return [[key, withoutHidden(rights, value, `${path}.`)]]
      if (Array.isArray(value))
        return [[key, value.map((row) => (isObject(row) ? withoutHidden(rights, row, `${path}.`) : row))]]
    }
    return accessOf(rights, path) === 'hidden' ? [] : [[key, value as JsonValue]]
  })
  return Object.fromEntries(shown)
}
