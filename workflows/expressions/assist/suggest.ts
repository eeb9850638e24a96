import type { Sentence } from '../../model/problem.ts'
import { functionHelp } from './functions.ts'
import type { FunctionHelp } from './functions.ts'
import { find } from './scope.ts'
import type { ExpressionScope, Known } from './scope.ts'

/** Something that can stand at the cursor. */
export interface Suggestion {
  readonly kind: 'variable' | 'value' | 'function' | 'keyword'
  /** What is written in place of the text between `from` and the cursor. */
  readonly insert: string
  readonly from: number
  /** Where the cursor stands afterwards, counted from the end of what was written: -1 is inside of the last bracket. */
  readonly cursor: number
  /** How it is called in words, if it is. */
  readonly label?: string
  /** The type of a variable, the parameters of a function. */
  readonly detail: string
  readonly help?: Sentence
}

const most = 40

const lower = (text: string) => text.toLowerCase()

/** What a place lies inside of: a text, with where that begins, or a comment. */
function around(text: string, cursor: number): { quote: number | null; isComment: boolean } {
  let quote: number | null = null
  for (let at = 0; at < cursor; at++) {
    if (text[at] === '\\' && quote !== null) at++
    else if (text[at] === '"') quote = quote === null ? at : null
    else if (quote === null && /^\/[/*]/.test(text.slice(at, at + 2))) {
      const end = text[at + 1] === '*' ? text.indexOf('*/', at + 2) + 1 : text.indexOf('\n', at)
      if (end <= 0 || end >= cursor) return { quote: null, isComment: true }
      at = end
    }
  }
  return { quote, isComment: false }
}

const compared =
  /([\p{L}_][\p{L}\p{N}_]*(?:[ .]+[\p{L}_][\p{L}\p{N}_]*)*)\s*(?:!=|=|\bin\s*[([]?(?:\s*"(?:[^"\\]|\\.)*"\s*,)*)\s*$/u

/** The variable that what comes next is compared with. */
function comparedWith(before: string, scope: ExpressionScope): Known | undefined {
  const path = compared.exec(before)?.[1]?.replaceAll(/\s*\.\s*/g, '.')
  if (path === undefined) return undefined
  // Words before the name, such as `and`, are none of it.
  const words = path.split(' ')
  for (let from = 0; from < words.length; from++) {
    const found = find(scope, words.slice(from).join(' '))
    if (found) return found
  }
  return undefined
}

interface Candidate extends Omit<Suggestion, 'from'> {
  /** What has to be begun to be written for it to be offered. */
  readonly begins: readonly string[]
}

const variable = ({ path, type, label }: Known): Candidate => ({
  kind: 'variable',
  insert: path,
  cursor: 0,
  detail: type,
  begins: [path, ...(label ? [label] : []), ...path.split('.').slice(1)],
  ...(label ? { label } : {}),
})

const signature = ({ parameters }: FunctionHelp) => `(${parameters.join(', ')})`

const functions: readonly Candidate[] = functionHelp.map((each) => ({
  kind: 'function',
  insert: `${each.name}()`,
  cursor: each.parameters.length > 0 ? -1 : 0,
  detail: signature(each),
  help: each.does,
  begins: [each.name, each.does.zh],
}))

const keyword = (insert: string, cursor = 0): Candidate => ({
  kind: 'keyword',
  insert,
  cursor,
  detail: '',
  begins: [insert],
})

const beginnings = ['true', 'false', 'null', 'if ', 'some ', 'every ', 'for '].map((word) => keyword(word))
const operators = ['and ', 'or ', 'in ', 'between ', '= ', '!= ', '< ', '<= ', '> ', '>= '].map((word) => keyword(word))
const continuations = ['then ', 'else ', 'satisfies ', 'return ', 'instance of '].map((word) => keyword(word))

const values = (known: Known | undefined): Candidate[] => {
  const listed = known?.values ?? (known?.type === 'boolean' ? [{ value: 'true' }, { value: 'false' }] : [])
  return listed.map(({ value, label }) => ({
    kind: 'value',
    insert: value,
    cursor: 0,
    detail: '',
    begins: [value, value.replaceAll('"', ''), ...(label ? [label] : [])],
    ...(label ? { label } : {}),
  }))
}

/** Where names begin that hold more than letters, such as `pre-tax`, and that the text before the cursor begins to write. */
function longStarts(before: string, { known }: ExpressionScope): number[] {
  const written = lower(before)
  return known.flatMap(({ path }) => {
    if (!/[^\p{L}\p{N}_. ]/u.test(path)) return []
    for (let length = Math.min(path.length - 1, before.length); length > 1; length--)
      if (written.endsWith(lower(path.slice(0, length))) && !/[\p{L}\p{N}_.]$/u.test(before.slice(0, -length)))
        return [before.length - length]
    return []
  })
}

/** The places from which the text before the cursor may be one name, the longest first; the last one is the cursor. */
function starts(before: string, scope: ExpressionScope): number[] {
  const run = /[\p{L}\p{N}_][\p{L}\p{N}_ .]*$/u.exec(before)
  const found: number[] = []
  if (run)
    for (const word of run[0].matchAll(/[\p{L}_][\p{L}\p{N}_]*(?:\.[\p{L}_][\p{L}\p{N}_]*)*\.?/gu))
      found.push(run.index + word.index)
  const from = new Set([...longStarts(before, scope), ...found.slice(-4)])
  return [...[...from].sort((a, b) => a - b), before.length]
}

/** Where nothing can begin: right behind a word or a bracket, behind a single dot, and where a loop names its variable. */
const isClosed = (before: string) =>
  /[\p{L}\p{N}_"\])}?]$/u.test(before) ||
  /(?:^|[^.])\.\s*$/.test(before) ||
  /(?:^|[^\p{L}\p{N}_])(?:for|some|every)\s+$/u.test(before)

/** Whether the text before the cursor ends with something that can be compared or joined. */
const isAfterOperand = (before: string) =>
  /(?:[\p{L}\p{N}_"\])}]|\?)\s+$/u.test(before) &&
  !/(?:^|[^\p{L}\p{N}_])(?:and|or|in|not|between|if|then|else|return|satisfies|of)\s+$/u.test(before)

function offered(candidates: readonly Candidate[], begun: string, from: number): Suggestion[] {
  const wanted = lower(begun).replaceAll(/\s*\.\s*/g, '.')
  return candidates
    .filter(({ begins }) => begins.some((each) => lower(each).startsWith(wanted)))
    .map(({ kind, insert, cursor, label, detail, help }) => ({
      kind,
      insert,
      from,
      cursor,
      detail,
      ...(label ? { label } : {}),
      ...(help ? { help } : {}),
    }))
}

/**
 * What can stand at the cursor: values of the variable that is compared, variables (also by their words: 退款 finds
 * `refund.amount`), functions and keywords. The same in the browser and on the server.
 */
export function suggestionsAt(text: string, cursor: number, scope: ExpressionScope): Suggestion[] {
  const { quote, isComment } = around(text, cursor)
  if (isComment) return []
  if (quote !== null) {
    const known = comparedWith(text.slice(0, quote), scope) ?? testedAt(text.slice(0, quote), scope)
    // The sign that closes the text is there when the editor put it.
    return offered(values(known), text.slice(quote, cursor), quote).filter(({ insert }) => insert.startsWith('"'))
  }
  const before = text.slice(0, cursor)
  const all: Suggestion[] = []
  for (const from of starts(before, scope)) {
    const begun = before.slice(from)
    if (begun === '' && isClosed(before)) break
    const ahead = before.slice(0, from)
    const isAfter = isAfterOperand(ahead)
    if (begun === '' && isAfter) {
      all.push(...offered([...operators, ...continuations], '', from))
      break
    }
    const chosen = values(comparedWith(ahead, scope) ?? testedAt(ahead, scope))
    const found = offered(
      isAfter
        ? [...operators, ...continuations]
        : [...chosen, ...scope.known.map(variable), ...functions, ...beginnings],
      begun,
      from,
    )
    // What is written out already needs no offer.
    const open = found.filter(({ insert }) => insert !== begun)
    all.push(...open)
    if (open.length > 0) break
  }
  return all.slice(0, most)
}

/** In a cell, what is tested stands for the left side: at the beginning and after a comma. */
const testedAt = (before: string, { tested }: ExpressionScope) =>
  tested && /(?:^|[,(]|=)\s*$/.test(before) ? tested : undefined
