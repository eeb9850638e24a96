import type { JsonObject, JsonValue } from '../../model/json.ts'
import { accessOf } from './fields.ts'
import { sha256 } from './sha256.ts'
import type { TaskContext } from './task.ts'
import { canonical, isTable } from './values.ts'

/**
 * Binds an approval to what was approved: one short hash for each variable, and for each column of a sub-table, so that
 * a later mismatch can name the field. Text `name=hash`, separated by spaces.
 */
export function fingerprint(variables: JsonObject): string {
  let text = ''
  for (const [path, hash] of prints(variables)) text += `${text === '' ? '' : ' '}${written(path)}=${hash}`
  return text
}

/** Paths are few and come again and again, and most are their own code. */
const written = (path: string) => (/^[\w.]+$/.test(path) ? path : encodeURIComponent(path))

/** What was hashed lately: most fields are the same from one answer to the next. */
const known = new Map<string, string>()
const mostKnown = 2000

function hashOf(value: JsonValue | undefined): string {
  const text = canonical(value)
  const before = known.get(text)
  if (before !== undefined) return before
  const hash = sha256(text).slice(0, 24)
  if (text.length > 1000) return hash
  if (known.size >= mostKnown) known.clear()
  known.set(text, hash)
  return hash
}

type Print = [path: string, hash: string]

function prints(variables: JsonObject): Print[] {
  const found: Print[] = []
  for (const name in variables) {
    if (!Object.hasOwn(variables, name)) continue
    const value = variables[name] as JsonValue
    if (value === null) continue
    found.push([name, hashOf(value)])
    if (!isTable(value)) continue
    // Rows are told apart by their id, so that moving a row is no change of a column.
    found.push([`${name}.#`, hashOf(value.map((row, index) => row['id'] ?? index))])
    for (const column of new Set(value.flatMap((row) => Object.keys(row))))
      found.push([`${name}.${column}`, hashOf(value.map((row, index) => [row['id'] ?? index, row[column] ?? null]))])
  }
  return found
}

const readPrints = (seen: string): ReadonlyMap<string, string> =>
  new Map(
    seen
      .split(' ')
      .filter(Boolean)
      .map((entry) => {
        const [path = '', hash = ''] = entry.split('=')
        return [decodeURIComponent(path), hash]
      }),
  )

/**
 * The first field that a person sees at this step and that is not what it was when he approved; null when all is as it
 * was. A person sees the fields of the form by the step's rights, not the steps' own results. Without a form
 * only the fields that the rights name are known to be seen; `everything` takes all variables there were instead.
 * `current`: the fingerprint of the variables, where many are held against the same.
 */
export function changedSince(
  seen: string,
  context: Pick<TaskContext, 'policy' | 'formFields' | 'variables' | 'reserved'>,
  otherwise: 'nothing' | 'everything',
  current?: string,
): string | null {
  if (seen === current) return null
  const then = readPrints(seen)
  const now = new Map(prints(context.variables))
  const rights = context.policy.fields
  for (const name of visibleNames(context, then, otherwise)) {
    const hidden = (rights?.fields ?? [])
      .filter((field) => field.access === 'hidden' && field.path.startsWith(`${name}.`))
      .map((field) => field.path)
    if (hidden.length === 0) {
      if (then.get(name) !== now.get(name)) return name
      continue
    }
    const columns = new Set([...then.keys(), ...now.keys()].filter((path) => path.startsWith(`${name}.`)))
    const changed = [...columns].find((path) => !hidden.includes(path) && then.get(path) !== now.get(path))
    if (changed !== undefined) return changed.replace(/\.#$/, '')
  }
  return null
}

function visibleNames(
  { policy, formFields, reserved }: Pick<TaskContext, 'policy' | 'formFields' | 'reserved'>,
  then: ReadonlyMap<string, string>,
  otherwise: 'nothing' | 'everything',
): string[] {
  const known = [...then.keys()].filter((path) => !path.includes('.'))
  const listed = (policy.fields?.fields ?? []).map((field) => field.path.split('.')[0]!)
  const names = formFields ?? (otherwise === 'everything' ? known : [])
  return [...new Set([...names, ...listed])].filter(
    (name) => !reserved.includes(name) && accessOf(policy.fields, name) !== 'hidden',
  )
}
