import type { FieldRights } from '../../model/approval.ts'
import type { JsonObject, JsonValue } from '../../model/json.ts'
import { accessOf, hasInnerRights } from './fields.ts'
import { sha256 } from './sha256.ts'
import type { TaskContext } from './task.ts'
import { canonical, isObject, isTable } from './values.ts'

/**
 * Binds an approval to what was approved: one short hash for each variable, for each column of a sub-table, and for each
 * part of an object of which the step's rights tell some apart, so that a later mismatch can name the field. Text
 * `name=hash`, separated by spaces.
 */
export function fingerprint(variables: JsonObject, rights: FieldRights | null): string {
  let text = ''
  for (const [path, hash] of prints(variables, rights)) text += `${text === '' ? '' : ' '}${written(path)}=${hash}`
  // Many approve the same: one text for all of them is kept once, and is equal at a glance.
  if (text !== latest) latest = text
  return latest
}

let latest = ''

/** Paths are few and come again and again, and most are their own code. */
const written = (path: string) => (/^[\w.]+$/.test(path) ? path : encodeURIComponent(path))

/** What was hashed lately: most fields are the same from one answer to the next. */
const known = new Map<string, string>()
const mostKnown = 2000

/** Values never change, they are replaced, so of a long list the hash is worked out once. */
const knownObjects = new WeakMap<object, string>()

function hashOf(value: JsonValue): string {
  if (typeof value !== 'object' || value === null) return hashOfText(canonical(value))
  const hash = knownObjects.get(value) ?? hashOfText(canonical(value))
  knownObjects.set(value, hash)
  return hash
}

function hashOfText(text: string): string {
  const before = known.get(text)
  if (before !== undefined) return before
  const hash = sha256(text).slice(0, 24)
  if (text.length > 1000) return hash
  if (known.size >= mostKnown) known.clear()
  known.set(text, hash)
  return hash
}

type Print = [path: string, hash: string]

function prints(variables: JsonObject, rights: FieldRights | null, around = '', found: Print[] = []): Print[] {
  for (const key in variables) {
    if (!Object.hasOwn(variables, key)) continue
    const value = variables[key] as JsonValue
    if (value === null) continue
    const name = `${around}${key}`
    found.push([name, hashOf(value)])
    if (isObject(value) && hasInnerRights(rights, name)) prints(value, rights, `${name}.`, found)
    if (!isTable(value)) continue
    for (const [column, hash] of columnsOf(value)) found.push([`${name}.${column}`, hash])
  }
  return found
}

const knownTables = new WeakMap<object, Print[]>()

/** Rows are told apart by their id, so that moving a row is no change of a column; `#` are the ids themselves. */
function columnsOf(rows: readonly JsonObject[]): Print[] {
  const before = knownTables.get(rows)
  if (before) return before
  const columns = new Set(rows.flatMap((row) => Object.keys(row)))
  const prints: Print[] = [
    ['#', hashOfText(canonical(rows.map((row, index) => row['id'] ?? index)))],
    ...[...columns].map((column): Print => [
      column,
      hashOfText(canonical(rows.map((row, index) => [row['id'] ?? index, row[column] ?? null]))),
    ]),
  ]
  knownTables.set(rows, prints)
  return prints
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
  const rights = context.policy.fields
  const now = new Map(prints(context.variables, rights))
  for (const name of visibleNames(context, then, otherwise)) {
    const changed = changedIn(name, then, now, rights)
    if (changed !== null) return changed
  }
  return null
}

type Prints = ReadonlyMap<string, string>

/** What changed of one field: itself, or one of its parts that the rights do not hide. */
function changedIn(name: string, then: Prints, now: Prints, rights: FieldRights | null): string | null {
  if (then.get(name) === now.get(name)) return null
  if (!hasInnerRights(rights, name)) return name
  const parts = new Set([...then.keys(), ...now.keys()].filter((path) => path.startsWith(`${name}.`)))
  const isSeen = (path: string) => !hasInnerRights(rights, path) && accessOf(rights, path) !== 'hidden'
  const changed = [...parts].find((path) => then.get(path) !== now.get(path) && isSeen(path))
  return changed?.replace(/\.#$/, '') ?? (parts.size === 0 ? name : null)
}

function visibleNames(
  { policy, formFields, reserved }: Pick<TaskContext, 'policy' | 'formFields' | 'reserved'>,
  then: ReadonlyMap<string, string>,
  otherwise: 'nothing' | 'everything',
): string[] {
  const known = [...then.keys()].filter((path) => !path.includes('.'))
  const listed = (policy.fields?.fields ?? []).map((field) => field.path.split('.')[0]!)
  const names = formFields ?? (otherwise === 'everything' ? known : [])
  const shown = (policy.fields?.fields ?? []).filter(({ access }) => access !== 'hidden')
  const isVisible = (name: string) =>
    accessOf(policy.fields, name) !== 'hidden' || shown.some(({ path }) => path.startsWith(`${name}.`))
  return [...new Set([...names, ...listed])].filter((name) => !reserved.includes(name) && isVisible(name))
}
