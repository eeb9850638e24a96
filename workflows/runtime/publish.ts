import { ok } from '../model/problem.ts'
import type { Directory } from '../engine/host.ts'
import type { Problem, Result } from '../model/problem.ts'
import { mentionsImport } from '../decisions/read-dmn.ts'
import { boundVersions, tagsOf, versionsOf } from './binding.ts'
import { callCircles, calledBy } from './calling.ts'
import { noPublications, publicationsId, resourceId } from './definitions.ts'
import type { Definitions } from './definitions.ts'
import type { PublicationsDocument, ResourceDocument } from './documents.ts'
import type { PublishedResource, Resource } from './face.ts'
import type { Clock, FollowUp, Store } from './ports.ts'
import { formFieldsOf, processesIn, readResource } from './read-resource.ts'
import { warnApproval } from './warn-approval.ts'
import { warnNames } from './warn-names.ts'
import type { ReadPart } from './read-resource.ts'
import { refusals } from './refusals.ts'
import { startTimer } from './timers.ts'
import { messageKeysOf } from './message-keys.ts'
import { startConditions, startTriggers } from './start-triggers.ts'

export interface PublishDependencies {
  store: Store
  clock: Clock
  definitions: Definitions
  timeZone: string
  people: Directory
}

interface Publication {
  documents: ResourceDocument[]
  data: PublicationsDocument
  followUps: FollowUp[]
}

/** A part with the version that it gets, and what is there already when that is the same. */
interface Planned {
  part: ReadPart
  content: string
  version: number
  same: ResourceDocument | null
}

/** A process that is bound to what is published with it gets a new version when that does. */
function renewCallers(planned: readonly Planned[]): void {
  for (let changed = true; changed;) {
    changed = false
    const together = versionsOf(planned)
    for (const one of planned) {
      const { bound } = one.same ?? {}
      const now = one.same && Object.entries(boundVersions(one.part, together) ?? {})
      if (!now?.some(([id, version]) => bound?.[id] !== version)) continue
      one.version += 1
      one.same = null
      changed = true
    }
  }
}

/** Puts a new version of a process in the place of the old one: its start events wait, the old one's do not. */
function replaceStarts(publication: Publication, part: ReadPart, version: number, now: string, timeZone: string): void {
  const { data, followUps } = publication
  const definition = part.process
  if (!definition) return
  const processId = definition.id
  for (const { timerId } of data.timerStarts.filter((timer) => timer.processId === processId))
    followUps.push({ kind: 'remove', collection: 'timers', id: timerId })
  data.timerStarts = data.timerStarts.filter((timer) => timer.processId !== processId)
  data.messageStarts = data.messageStarts.filter((start) => start.processId !== processId)
  data.signalStarts = data.signalStarts.filter((start) => start.processId !== processId)
  const others = (data.messageKeys ?? []).filter((key) => key.processId !== processId)
  data.messageKeys = [...others, ...messageKeysOf(definition)]
  const elsewhere = (data.conditionStarts ?? []).filter((start) => start.processId !== processId)
  data.conditionStarts = [...elsewhere, ...startConditions(definition, version)]
  for (const trigger of startTriggers(definition, { now, timeZone })) {
    const { elementId, gathering } = trigger
    const start = { processId, version, elementId, ...(gathering ? { gathering } : {}) }
    if (trigger.kind === 'timer') {
      const timer = startTimer({ processId, version }, trigger)
      data.timerStarts.push({ processId, timerId: timer.timerId })
      followUps.push({ kind: 'insert', collection: 'timers', id: timer.timerId, data: timer })
    } else if (trigger.kind === 'message') data.messageStarts.push({ ...start, messageName: trigger.name })
    else data.signalStarts.push({ ...start, signalName: trigger.name })
  }
  const called = calledBy(definition)
  const calls = { ...data.calls }
  delete calls[processId]
  data.calls = called.length > 0 ? { ...calls, [processId]: called } : calls
}

/** The newest version that has a tag is the one that is meant by it. */
function tellTags(data: PublicationsDocument, part: ReadPart, version: number): void {
  for (const [name, tag] of tagsOf(part)) {
    const tags = { ...data.versionTags?.[name], [tag]: version }
    data.versionTags = { ...data.versionTags, [name]: tags }
  }
}

export function createPublishing({ store, clock, definitions, timeZone, people }: PublishDependencies) {
  /** The version that a part gets; the same content again keeps its version, unless what it imports is another. */
  async function versionOf(part: ReadPart, content: string, current: number | undefined) {
    if (current === undefined) return { version: 1, same: null }
    const head = await definitions.resource(part.kind, part.id, current)
    const isSame = head?.content === content && String(head.imports ?? '') === String(part.imports ?? '')
    return isSame ? { version: current, same: head } : { version: current + 1, same: null }
  }

  /** Names of the fields that a published form demands. */
  async function demanded(formId: string): Promise<string[] | null> {
    const form = await definitions.resource('form', formId)
    if (!form) return null
    const { schema } = JSON.parse(form.content) as { schema?: { required?: unknown } }
    const required = schema?.required
    return Array.isArray(required) ? required.filter((name): name is string => typeof name === 'string') : []
  }

  async function fields(formId: string): Promise<string[] | null> {
    const form = await definitions.resource('form', formId)
    return form ? formFieldsOf(form.content) : null
  }

  /** The decision files in which an import is looked up: those beside the file first, then what is published. */
  async function filesAtHand(resources: Resource[]): Promise<string[]> {
    const beside = resources.filter(({ kind }) => kind === 'decision').map(({ content }) => content)
    if (!beside.some(mentionsImport)) return beside
    return [...beside, ...(await definitions.resources('decision')).map(({ content }) => content)]
  }

  async function prepare(read: { content: string; part: ReadPart }[], before: PublicationsDocument, by: string) {
    const now = clock.now()
    const data = structuredCopy(before)
    const publication: Publication = { documents: [], data, followUps: [] }
    const planned: Planned[] = []
    for (const { part, content } of read)
      planned.push({ part, content, ...(await versionOf(part, content, data.heads[part.kind][part.id])) })
    renewCallers(planned)
    const together = versionsOf(planned)
    for (const { part, content, version, same } of planned) {
      const { kind, id, name } = part
      const bound = boundVersions(part, together)
      const more = { ...(part.imports && { imports: part.imports }), ...(bound && { bound }) }
      const document = same ?? { kind, id, version, name, content, ...more, publishedAt: now, publishedBy: by }
      publication.documents.push(document)
      if (same) continue
      data.heads[kind][id] = version
      for (const decisionId of part.decisions ?? []) data.decisionFiles[decisionId] = id
      const resource = resourceId(kind, id, version)
      publication.followUps.push({ kind: 'insert', collection: 'resources', id: resource, data: document })
      replaceStarts(publication, part, version, now, timeZone)
      tellTags(data, part, version)
    }
    return publication
  }

  return {
    filesAtHand,
    async check(resource: Resource): Promise<Problem[]> {
      const { parts, problems } = await readResource(resource, await filesAtHand([resource]))
      const processes = resource.kind === 'process' ? await processesIn(resource.content) : []
      const seen = await warnNames(problems, processes, fields)
      const warnings: Problem[] = []
      for (const process of processes) warnings.push(...(await warnApproval(process, { people, demanded })))
      return [...seen, ...callCircles(parts, (await definitions.publications()).data.calls), ...warnings]
    },

    /** Publishes all or nothing: one write changes what is current, everything else follows from it. */
    async publish(resources: Resource[], by: string): Promise<Result<PublishedResource[]>> {
      const read: { content: string; part: ReadPart }[] = []
      const problems: Problem[] = []
      const others = await filesAtHand(resources)
      for (const resource of resources) {
        const result = await readResource(resource, others)
        problems.push(...result.problems)
        read.push(...result.parts.map((part) => ({ part, content: resource.content })))
      }
      const parts = read.map(({ part }) => part)
      problems.push(...callCircles(parts, (await definitions.publications()).data.calls))
      if (problems.some(({ severity }) => severity === 'error')) return refusals.hasProblems(problems)
      for (let attempt = 0; attempt < 5; attempt += 1) {
        const before = await definitions.publications()
        const { documents, data, followUps } = await prepare(read, before.data, by)
        if (followUps.length === 0) return ok(documents)
        const written = await store.commit({
          aggregate: { collection: 'publications', id: publicationsId, expectedVersion: before.version, data },
          followUps,
        })
        definitions.changed()
        if (written.ok) return ok(documents)
      }
      return refusals.publishBusy()
    },
  }
}

const structuredCopy = (data: PublicationsDocument): PublicationsDocument => ({
  ...noPublications,
  ...data,
  heads: { process: { ...data.heads.process }, decision: { ...data.heads.decision }, form: { ...data.heads.form } },
  decisionFiles: { ...data.decisionFiles },
})
