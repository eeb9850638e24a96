import type { DecisionModel } from '../decisions/model.ts'
import { readDmn } from '../decisions/read-dmn.ts'
import { checkFile } from '../engine/check.ts'
import { compileProcess } from '../engine/compile.ts'
import type { CompiledProcess } from '../engine/compiled.ts'
import type { ParsedProcess } from '../model/definition.ts'
import type { Problem } from '../model/problem.ts'
import { readBpmn } from '../model/read-bpmn.ts'
import type { Resource, ResourceKind } from './face.ts'

/** One thing that a file publishes under its own id; a BPMN file may have several processes. */
export interface ReadPart {
  kind: ResourceKind
  id: string
  name: string
  /** Of a process, ready to run. */
  process?: CompiledProcess
  /** Of a decision file: everything in it that can be evaluated. */
  decisions?: string[]
}

export interface ReadResource {
  parts: ReadPart[]
  problems: Problem[]
}

/** How many files are kept as read; the same text is read when it is checked, published, prepared, and by scenarios. */
const keptFiles = 64

/** Reads each text once. What comes out is never changed by anybody. */
function once<T>(read: (content: string) => Promise<T>): (content: string) => Promise<T> {
  const kept = new Map<string, Promise<T>>()
  return (content) => {
    const known = kept.get(content) ?? read(content)
    kept.delete(content)
    kept.set(content, known)
    for (const oldest of kept.keys()) {
      if (kept.size <= keptFiles) break
      kept.delete(oldest)
    }
    return known
  }
}

const bpmn = once(readBpmn)
const dmn = once(readDmn)

/** A published process by its id; null when the file does not have it. */
export async function readProcess(content: string, processId: string): Promise<ParsedProcess | null> {
  const read = await bpmn(content)
  return read.ok ? (read.definitions.processes.find(({ id }) => id === processId) ?? null) : null
}

export async function readDecisions(content: string): Promise<DecisionModel | null> {
  const read = await dmn(content)
  return read.ok ? read.model : null
}

async function readProcesses(content: string): Promise<ReadResource> {
  const read = await bpmn(content)
  if (!read.ok) return { parts: [], problems: read.problems }
  const { processes } = read.definitions
  const problems = checkFile(read.definitions)
  if (problems.some(({ severity }) => severity === 'error')) return { parts: [], problems }
  const parts = processes.map((parsed): ReadPart => {
    const { id, name } = parsed
    return { kind: 'process', id, name: name || id, process: compileProcess(parsed) }
  })
  return { parts, problems }
}

async function readDecisionFile(content: string): Promise<ReadResource> {
  const read = await dmn(content)
  if (!read.ok) return { parts: [], problems: read.problems }
  const { decisions, services, warnings } = read.model
  const [first] = decisions.values()
  const ids = [...decisions.keys(), ...services.keys()]
  const part: ReadPart[] = first ? [{ kind: 'decision', id: first.id, name: first.name, decisions: ids }] : []
  return { parts: part, problems: [...warnings] }
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
  const { id, name, schema } = (form ?? {}) as { id?: unknown; name?: unknown; schema?: unknown }
  if (typeof id !== 'string' || !formIdForm.test(id))
    return formProblem('form.id', '表单缺少有效的编号。', 'Expected a form with an id of letters, digits and hyphens.')
  if (schema === null || typeof schema !== 'object' || Array.isArray(schema))
    return formProblem('form.schema', '表单缺少数据结构(schema)。', 'Expected a form with a schema.')
  return { parts: [{ kind: 'form', id, name: typeof name === 'string' && name ? name : id }], problems: [] }
}

/** Names of the fields that a published form has. */
export function formFieldsOf(content: string): string[] {
  const { schema } = JSON.parse(content) as { schema?: { properties?: Record<string, unknown> } }
  return Object.keys(schema?.properties ?? {})
}

const readers: Record<ResourceKind, (content: string) => Promise<ReadResource>> = {
  process: readProcesses,
  decision: readDecisionFile,
  form: readForm,
}

/** Reads a resource as publishing would: what it publishes, and everything wrong with it. */
export const readResource = ({ kind, content }: Resource): Promise<ReadResource> => readers[kind](content)
