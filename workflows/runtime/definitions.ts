import type { CompiledProcess } from '../engine/compiled.ts'
import { compileProcess } from '../engine/compile.ts'
import { evaluateDecision } from '../decisions/evaluate.ts'
import type { DecisionModel } from '../decisions/model.ts'
import { entryOf } from '../model/json.ts'
import type { DecisionAnswer, Host } from '../engine/host.ts'
import { pinnedId, pinOf } from '../engine/pins.ts'
import type { Binding } from '../model/definition.ts'
import { publishedName } from './binding.ts'
import type { ProcessInstance } from '../engine/instance.ts'
import type { ResourceDocument, PublicationsDocument } from './documents.ts'
import type { PublishedResource, ResourceKind } from './face.ts'
import type { Store, Stored } from './ports.ts'
import { createBoundedMap } from './bounded-map.ts'
import { formFieldsOf, readDecisions, readProcess } from './read-resource.ts'

type Scope = Parameters<Host['evaluateDecision']>[2]

/** Published resources, compiled once per version and kept; versions never change, so nothing goes stale. */
export interface Definitions {
  publications(): Promise<Stored<PublicationsDocument>>
  /** Something was published here. */
  changed(): void
  resource(kind: ResourceKind, id: string, version?: number): Promise<PublishedResource | null>
  resources(kind: ResourceKind): Promise<PublishedResource[]>
  process(processId: string, version: number): Promise<CompiledProcess | null>
  /** The process of an instance at hand, and every decision that it is pinned to ready for the step. */
  prepare(
    instance: Pick<ProcessInstance, 'processId' | 'definitionVersion' | 'pinned'>,
  ): Promise<CompiledProcess | null>
  /** The same when all of it is at hand; null when it has to be prepared first. */
  ready(instance: Pick<ProcessInstance, 'processId' | 'definitionVersion' | 'pinned'>): CompiledProcess | null
  /** Versions that an instance of a process keeps to, of what the process refers to. */
  pins(definition: CompiledProcess, version: number, current: PublicationsDocument): ProcessInstance['pinned']
  /** The version that a call means, of what is current as the caller was prepared. */
  called: NonNullable<Host['called']>
  /** Of a decision that is ready. */
  evaluate(decisionId: string, version: number | null, scope: Scope): DecisionAnswer
  /** Names of the fields of a form that is ready; null when there is no such form. */
  formFields(formId: string, version: number | null): readonly string[] | null
  /** The newest version of the file that a decision is in. */
  model(decisionId: string): Promise<DecisionModel | null>
  /** Of the version asked for, or the newest. */
  evaluateCurrent(decisionId: string, version: number | undefined, scope: Scope): Promise<DecisionAnswer>
}

export const noPublications: PublicationsDocument = {
  heads: { process: {}, decision: {}, form: {} },
  decisionFiles: {},
  messageStarts: [],
  signalStarts: [],
  timerStarts: [],
}

export const publicationsId = 'current'

export const resourceId = (kind: ResourceKind, id: string, version: number): string =>
  `${kind}:${id}:${String(version).padStart(6, '0')}`

export const decisionUnknown = (decisionId: string): Extract<DecisionAnswer, { ok: false }> => ({
  ok: false,
  code: 'decision.not_found',
  message: {
    zh: `没有已发布的决策「${decisionId}」。`,
    en: `Expected a published decision "${decisionId}", but there is none.`,
  },
})

/** Versions kept compiled; more than any instance refers to, so that a step finds all that was prepared for it. */
const mostProcesses = 500
const mostParts = 2000

export function createDefinitions(store: Store, alone: boolean): Definitions {
  /** Versions of what a process binds to that were published with it, by id and version of the process. */
  const bound = new Map<string, Readonly<Record<string, number>>>()
  const processes = createBoundedMap<CompiledProcess>(mostProcesses, (key) => bound.delete(key))
  const models = createBoundedMap<DecisionModel>(mostParts)
  const forms = createBoundedMap<readonly string[]>(mostParts)
  /** As it was when a process that calls others was last prepared. */
  let current: PublicationsDocument = noPublications

  /** Kept only while nobody else can publish. */
  let known: Stored<PublicationsDocument> | null = null

  async function publications(): Promise<Stored<PublicationsDocument>> {
    if (known) return known
    const found = await store.load<PublicationsDocument>('publications', publicationsId)
    // What was written by an earlier version knows fewer kinds of start.
    const stored = found && { ...found, data: { ...noPublications, ...found.data } }
    if (alone) known = stored
    return stored ?? { id: publicationsId, version: 0, data: noPublications }
  }

  async function resource(kind: ResourceKind, id: string, version?: number): Promise<ResourceDocument | null> {
    const wanted = version ?? (await publications()).data.heads[kind][id]
    if (wanted === undefined) return null
    return (await store.load<ResourceDocument>('resources', resourceId(kind, id, wanted)))?.data ?? null
  }

  async function process(processId: string, version: number): Promise<CompiledProcess | null> {
    const key = `${processId}@${version}`
    const compiledBefore = processes.get(key)
    if (compiledBefore) return compiledBefore
    const published = await resource('process', processId, version)
    const parsed = published && (await readProcess(published.content, processId))
    if (!parsed) return null
    const compiled = compileProcess(parsed)
    processes.set(key, compiled)
    if (published.bound) bound.set(key, published.bound)
    return compiled
  }

  const decisionKey = (decisionId: string, version: number) => `${decisionId}@${version}`

  async function readyDecision(decisionId: string, version: number, current?: PublicationsDocument): Promise<boolean> {
    const key = decisionKey(decisionId, version)
    if (models.has(key)) return true
    const { decisionFiles } = current ?? (await publications()).data
    const file = decisionFiles[decisionId]
    const published = file === undefined ? null : await resource('decision', file, version)
    const model = published && (await readDecisions(published.content, published.imports))
    if (!model) return false
    models.set(key, model)
    return true
  }

  async function readyForm(formId: string, version: number): Promise<void> {
    const key = `${formId}@${version}`
    const published = forms.has(key) ? null : await resource('form', formId, version)
    if (published) forms.set(key, formFieldsOf(published.content))
  }

  function evaluate(decisionId: string, version: number | null, scope: Scope): DecisionAnswer {
    const model = version === null ? undefined : models.get(decisionKey(decisionId, version))
    return model ? evaluateDecision(model, decisionId, scope) : decisionUnknown(decisionId)
  }

  /** The version that a reference of a process means, of what is current. */
  function versionFor(
    by: { processId: string; version: number },
    kind: ResourceKind,
    id: string,
    binding: Binding,
    { heads, decisionFiles, versionTags = {} }: PublicationsDocument,
  ): number | undefined {
    const name = publishedName(kind, id)
    if (binding.kind === 'deployment') return entryOf(bound.get(`${by.processId}@${by.version}`) ?? {}, name)
    if (binding.kind === 'versionTag') return entryOf(entryOf(versionTags, name) ?? {}, binding.tag)
    return entryOf(heads[kind], kind === 'decision' ? (entryOf(decisionFiles, id) ?? '') : id)
  }

  return {
    publications,
    changed: () => {
      known = null
    },
    resource,
    process,
    evaluate,
    formFields: (formId, version) => (version === null ? null : (forms.get(`${formId}@${version}`) ?? null)),

    async resources(kind) {
      const { heads } = (await publications()).data
      const found = await Promise.all(Object.entries(heads[kind]).map(([id, version]) => resource(kind, id, version)))
      return found.filter((document) => document !== null)
    },

    called: (caller, processId, binding) => versionFor(caller, 'process', processId, binding, current) ?? null,

    ready({ processId, definitionVersion, pinned }) {
      const { decisions, forms: pinnedForms } = pinned
      for (const pin in decisions) if (!models.has(decisionKey(pinnedId(pin), decisions[pin] ?? 0))) return null
      for (const pin in pinnedForms) if (!forms.has(`${pinnedId(pin)}@${pinnedForms[pin]}`)) return null
      const definition = processes.get(`${processId}@${definitionVersion}`)
      return definition && !definition.calls ? definition : null
    },

    async prepare({ processId, definitionVersion, pinned }) {
      for (const [pin, version] of Object.entries(pinned.decisions))
        if (!models.has(decisionKey(pinnedId(pin), version))) await readyDecision(pinnedId(pin), version)
      for (const [pin, version] of Object.entries(pinned.forms)) await readyForm(pinnedId(pin), version)
      const key = `${processId}@${definitionVersion}`
      const definition = processes.get(key) ?? (await process(processId, definitionVersion))
      if (definition?.calls) current = (await publications()).data
      return definition
    },

    pins(definition, version, now) {
      const pinned: ProcessInstance['pinned'] = { decisions: {}, forms: {} }
      const by = { processId: definition.id, version }
      const pin = (into: Record<string, number>, kind: ResourceKind, id: string, binding: Binding) => {
        const found = versionFor(by, kind, id, binding, now)
        if (found !== undefined) into[pinOf(id, binding)] = found
      }
      for (const { decision, formBinding, parsed } of definition.nodes) {
        if (parsed.formId !== undefined) pin(pinned.forms, 'form', parsed.formId, formBinding)
        if (!decision) continue
        const { decisionId, binding } = decision
        const ids = decisionId.text === null ? Object.keys(now.decisionFiles) : [decisionId.text]
        for (const id of ids) pin(pinned.decisions, 'decision', id, binding)
      }
      return pinned
    },

    async model(decisionId) {
      const { data } = await publications()
      const version = data.heads.decision[data.decisionFiles[decisionId] ?? '']
      if (version === undefined || !(await readyDecision(decisionId, version, data))) return null
      return models.get(decisionKey(decisionId, version)) ?? null
    },

    async evaluateCurrent(decisionId, version, scope) {
      const { data } = await publications()
      const wanted = version ?? data.heads.decision[data.decisionFiles[decisionId] ?? '']
      if (wanted === undefined || !(await readyDecision(decisionId, wanted, data))) return decisionUnknown(decisionId)
      return evaluate(decisionId, wanted, scope)
    },
  }
}
