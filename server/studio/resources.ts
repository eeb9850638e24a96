import { ok, type Result } from '../../workflows/model/problem.ts'
import type { PublishedResource, ResourceKind, Runtime } from '../../workflows/runtime/face.ts'
import type { Clock, Store } from '../../workflows/runtime/ports.ts'
import type { Directory } from '../../workflows/engine/host.ts'
import type { ResourceDraft, ResourceSummary } from '../contract/studio.ts'
import { idInContent, nameInContent } from './names.rules.ts'
import { studioRefusals } from './refusals.ts'
import { allDrafts, loadDraft, saveDraft } from './store.ts'

export interface StudioDependencies {
  store: Store
  runtime: Runtime
  clock: Clock
  people: Directory
  /** Processes that begin with a case. */
  caseProcesses: ReadonlySet<string>
}

const kinds: ResourceKind[] = ['process', 'decision', 'form']

const personName = (deps: StudioDependencies, id: string | null): string | null =>
  id === null ? null : (deps.people.person(id)?.name ?? id)

/** Instances that run, by version of their process. */
export async function runningByVersion(deps: StudioDependencies, processId: string): Promise<Map<number, number>> {
  const groups = await deps.store.group('instances', {
    filter: { processId, state: 'active' },
    by: 'definitionVersion',
  })
  return new Map(groups.map(({ key, count }) => [Number(key), count]))
}

const sum = (counts: Iterable<number>): number => [...counts].reduce((total, count) => total + count, 0)

/** Everything that can be designed: newest version, draft, and how much runs on it. */
export async function listResources(deps: StudioDependencies): Promise<ResourceSummary[]> {
  const drafts = await allDrafts(deps.store)
  const published = (await Promise.all(kinds.map((kind) => deps.runtime.resources(kind)))).flat()
  const summaries = await Promise.all(
    published.map(async (resource): Promise<ResourceSummary> => {
      const draft = drafts.find(({ kind, id }) => kind === resource.kind && id === resource.id)
      const running = resource.kind === 'process' ? sum((await runningByVersion(deps, resource.id)).values()) : 0
      return {
        kind: resource.kind,
        id: resource.id,
        name: resource.name,
        version: resource.version,
        publishedAt: resource.publishedAt,
        publishedBy: personName(deps, resource.publishedBy),
        hasDraft: draft !== undefined && draft.basedOn === resource.version,
        draftSavedAt: draft?.savedAt ?? null,
        running,
        startable: resource.kind === 'process' && !deps.caseProcesses.has(resource.id),
      }
    }),
  )
  const onlyDrafts = drafts
    .filter((draft) => !published.some(({ kind, id }) => kind === draft.kind && id === draft.id))
    .map((draft): ResourceSummary => ({
      kind: draft.kind,
      id: draft.id,
      name: draft.name,
      version: 0,
      publishedAt: null,
      publishedBy: null,
      hasDraft: true,
      draftSavedAt: draft.savedAt,
      running: 0,
      startable: false,
    }))
  return [...summaries, ...onlyDrafts]
}

/** What the designer opens: the draft unless it was published since, else the newest version. */
export async function openDraft(
  deps: StudioDependencies,
  kind: ResourceKind,
  id: string,
): Promise<Result<ResourceDraft>> {
  const [stored, published] = await Promise.all([loadDraft(deps.store, kind, id), deps.runtime.resource(kind, id)])
  const draft = stored && stored.data.basedOn === (published?.version ?? 0) ? stored.data : null
  const content = draft?.content ?? published?.content
  if (content === undefined) return studioRefusals.notFound()
  return ok({
    kind,
    id,
    name: draft?.name ?? published?.name ?? id,
    content,
    basedOn: published?.version ?? 0,
    isDraft: draft !== null,
    savedAt: draft?.savedAt ?? null,
    savedBy: personName(deps, draft?.savedBy ?? null),
    revision: stored?.version ?? 0,
    problems: await deps.runtime.check({ kind, content }),
  })
}

/** Saves a draft, also one with problems: nothing that was drawn is lost. Refused with draft.stale. */
export async function keepDraft(
  deps: StudioDependencies,
  kind: ResourceKind,
  id: string,
  change: { content: string; revision: number; by: string },
): Promise<Result<ResourceDraft>> {
  const published = await deps.runtime.resource(kind, id)
  const saved = await saveDraft(
    deps.store,
    {
      kind,
      id,
      name: nameInContent(kind, change.content) ?? published?.name ?? id,
      content: change.content,
      basedOn: published?.version ?? 0,
      savedAt: deps.clock.now(),
      savedBy: change.by,
    },
    change.revision,
  )
  if (saved) return openDraft(deps, kind, id)
  const other = await loadDraft(deps.store, kind, id)
  return studioRefusals.stale(personName(deps, other?.data.savedBy ?? null) ?? '', other?.data.savedAt ?? '')
}

/**
 * Publishes the draft as the next version; what runs goes on under its own. Refused with draft.none, draft.stale,
 * resource.has_problems (the problems in params), resource.id_changed.
 */
export async function publishDraft(
  deps: StudioDependencies,
  kind: ResourceKind,
  id: string,
  change: { revision: number; by: string },
): Promise<Result<PublishedResource>> {
  const stored = await loadDraft(deps.store, kind, id)
  const current = await deps.runtime.resource(kind, id)
  if (!stored || stored.data.basedOn !== (current?.version ?? 0)) return studioRefusals.nothingToPublish()
  if (stored.version !== change.revision) {
    return studioRefusals.stale(personName(deps, stored.data.savedBy) ?? '', stored.data.savedAt)
  }
  const problems = await deps.runtime.check({ kind, content: stored.data.content })
  const errors = problems.filter(({ severity }) => severity === 'error')
  if (errors.length > 0) return studioRefusals.hasProblems(errors)
  const named = idInContent(kind, stored.data.content)
  if (named !== null && named !== id) return studioRefusals.otherId(id, named)
  const published = await deps.runtime.publish([{ kind, content: stored.data.content }], change.by)
  if (!published.ok) return published
  const resource = published.value[0]
  return resource ? ok(resource) : studioRefusals.notFound()
}

export interface VersionRow {
  version: number
  publishedAt: string
  publishedBy: string
  running: number
  content: string
}

/** All versions, newest first, with what runs on each. */
export async function versionsOf(deps: StudioDependencies, kind: ResourceKind, id: string): Promise<VersionRow[]> {
  const newest = await deps.runtime.resource(kind, id)
  if (!newest) return []
  const running = kind === 'process' ? await runningByVersion(deps, id) : new Map<number, number>()
  const numbers = Array.from({ length: newest.version }, (_, index) => newest.version - index)
  const resources = await Promise.all(numbers.map((version) => deps.runtime.resource(kind, id, version)))
  return resources
    .filter((resource) => resource !== null)
    .map((resource) => ({
      version: resource.version,
      publishedAt: resource.publishedAt,
      publishedBy: personName(deps, resource.publishedBy) ?? resource.publishedBy,
      running: running.get(resource.version) ?? 0,
      content: resource.content,
    }))
}
