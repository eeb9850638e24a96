import { namespaceOf } from '../decisions/model.ts'
import type { DecisionModel } from '../decisions/model.ts'
import { importedBy, readDmn } from '../decisions/read-dmn.ts'
import { checkFile, checkReadable } from '../engine/check.ts'
import { compileProcess } from '../engine/compile.ts'
import type { CompiledProcess } from '../engine/compiled.ts'
import type { ParsedProcess } from '../model/definition.ts'
import { reservedNames } from '../model/json.ts'
import type { Problem } from '../model/problem.ts'
import { readBpmn } from '../model/read-bpmn.ts'
import { checkForm } from './check-form.ts'
import type { Resource, ResourceKind } from './face.ts'

/** One thing that a file publishes under its own id; a BPMN file may have several processes. */
export interface ReadPart {
  kind: ResourceKind
  id: string
  name: string
  /** Of a process, ready to run. */
  process?: CompiledProcess
  /** Of a process or a form: the name that a reference may bind to. */
  versionTag?: string
  /** Of a decision file: everything in it that can be evaluated. */
  decisions?: string[]
  /** Version tags of these, by id. */
  decisionTags?: Record<string, string>
  /** Of a decision file: the texts of the files that it imports. */
  imports?: string[]
}

export interface ReadResource {
  parts: ReadPart[]
  problems: Problem[]
}

/** How many files are kept as read; the same text is read when it is checked, published, prepared, and by scenarios. */
const keptFiles = 64

/** Reads each text, with those that it imports, once. What comes out is never changed by anybody. */
function once<T>(
  read: (content: string, others: readonly string[]) => Promise<T>,
): (content: string, others?: readonly string[]) => Promise<T> {
  const kept = new Map<string, Promise<T>>()
  return (content, others = []) => {
    const key = others.length === 0 ? content : JSON.stringify([content, others])
    const known = kept.get(key) ?? read(content, others)
    kept.delete(key)
    kept.set(key, known)
    for (const oldest of kept.keys()) {
      if (kept.size <= keptFiles) break
      kept.delete(oldest)
    }
    return known
  }
}

const bpmn = once((content) => readBpmn(content))
const dmn = once((content, others) => readDmn(content, { others }))

/** A published process by its id; null when the file does not have it. */
export async function readProcess(content: string, processId: string): Promise<ParsedProcess | null> {
  const read = await bpmn(content)
  return read.ok ? (read.definitions.processes.find(({ id }) => id === processId) ?? null) : null
}

/** Every process of a file; none when it cannot be read. */
export async function processesIn(content: string): Promise<ParsedProcess[]> {
  const read = await bpmn(content)
  return read.ok ? read.definitions.processes : []
}

export async function readDecisions(content: string, imports: readonly string[] = []): Promise<DecisionModel | null> {
  const read = await dmn(content, imports)
  return read.ok ? read.model : null
}

async function readProcesses(content: string): Promise<ReadResource> {
  const read = await bpmn(content)
  if (!read.ok)
    return { parts: [], problems: read.readable ? checkReadable(read.problems, read.readable) : read.problems }
  const { processes } = read.definitions
  const problems = checkFile(read.definitions)
  if (problems.some(({ severity }) => severity === 'error')) return { parts: [], problems }
  const parts = processes.map((parsed): ReadPart => {
    const { id, name, versionTag } = parsed
    const part: ReadPart = { kind: 'process', id, name: name || id, process: compileProcess(parsed) }
    return versionTag === undefined ? part : { ...part, versionTag }
  })
  return { parts, problems }
}

/** A file is known by its first decision; one that has none, by its own id: it is there to be imported. */
async function readDecisionFile(content: string, others: readonly string[]): Promise<ReadResource> {
  const imports = importedBy(content, others)
  const read = await dmn(content, imports)
  if (!read.ok) return { parts: [], problems: read.problems }
  const { decisions, services, warnings, id, name } = read.model
  const ids = [...decisions.keys(), ...services.keys()].filter((each) => namespaceOf(each) === null)
  const first = decisions.get(ids[0] ?? '')
  const part: ReadPart = { kind: 'decision', id: first?.id ?? id, name: first?.name ?? name, decisions: ids }
  const tags = ids.flatMap((each) => {
    const { versionTag } = decisions.get(each) ?? {}
    return versionTag === undefined ? [] : [[each, versionTag] as const]
  })
  if (tags.length > 0) part.decisionTags = Object.fromEntries(tags)
  return { parts: [imports.length > 0 ? { ...part, imports } : part], problems: [...warnings] }
}

const formIdForm = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}$/

function formProblem(code: string, zh: string, en: string): ReadResource {
  return { parts: [], problems: [{ elementId: null, severity: 'error', code, message: { zh, en } }] }
}

async function readForm(content: string): Promise<ReadResource> {
  let form: unknown
  try {
    form = JSON.parse(content)
  } catch {
    return formProblem('form.syntax', '表单不是有效的 JSON。', 'Expected a form as JSON, but it cannot be read.')
  }
  const { id, name, schema, uiSchema, versionTag } = (form ?? {}) as Record<string, unknown>
  if (typeof id !== 'string' || !formIdForm.test(id) || reservedNames.has(id))
    return formProblem('form.id', '表单缺少有效的编号。', 'Expected a form with an id of letters, digits and hyphens.')
  if (schema === null || typeof schema !== 'object' || Array.isArray(schema))
    return formProblem('form.schema', '表单缺少数据结构(schema)。', 'Expected a form with a schema.')
  const problems = checkForm({ schema: schema as Record<string, unknown>, uiSchema }, content)
  const inChinese = typeof name === 'object' && name !== null && 'zh' in name ? name.zh : name
  const called = typeof inChinese === 'string' && inChinese ? inChinese : id
  if (problems.length > 0) return { parts: [], problems }
  const part: ReadPart = { kind: 'form', id, name: called }
  if (typeof versionTag === 'string' && versionTag !== '') part.versionTag = versionTag
  return { parts: [part], problems }
}

/** Names of the fields that a published form has. */
export function formFieldsOf(content: string): string[] {
  const { schema } = JSON.parse(content) as { schema?: { properties?: Record<string, unknown> } }
  return Object.keys(schema?.properties ?? {})
}

const readers: Record<ResourceKind, (content: string, others: readonly string[]) => Promise<ReadResource>> = {
  process: readProcesses,
  decision: readDecisionFile,
  form: readForm,
}

/**
 * Reads a resource as publishing would: what it publishes, and everything wrong with it. `others` are the texts of the
 * decision files at hand, in which imports are looked up; the first of a namespace counts.
 */
export const readResource = ({ kind, content }: Resource, others: readonly string[] = []): Promise<ReadResource> =>
  readers[kind](content, others)
