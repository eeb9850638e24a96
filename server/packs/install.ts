import type { CatalogContent, ExportedPack, PackSummary } from '../contract/packs.ts'
import { catalogNames } from '../contract/packs.ts'
import type { SetupState } from '../contract/identity.ts'
import type { Identity } from '../identity/identity.ts'
import type { PackInstaller } from '../identity/setup.ts'
import { ok, refuse, type Result } from '../../workflows/model/problem.ts'
import type { Runtime } from '../../workflows/runtime/face.ts'
import type { Clock, Store } from '../../workflows/runtime/ports.ts'
import { exportPack } from './export-pack.ts'
import { countsOf, resourceId, type Pack } from './pack.rules.ts'
import { packIds, readPack } from './read-pack.ts'

/** What is being done now, for whoever waits: `orders`, 120 of 240. */
export interface InstallProgress {
  step: 'publish' | 'catalogs' | 'people' | 'products' | 'orders' | 'cases'
  done: number
  total: number
}
export type ReportProgress = (progress: InstallProgress) => void

export interface InstallOptions {
  sampleData: boolean
  /** User name of who asks for it. */
  by: string
  progress?: ReportProgress
}

/** Puts the pack's sample data into a system where its processes are published; does nothing twice. */
export type InstallSample = (pack: Pack, by: string, progress: ReportProgress) => Promise<Result<null>>

export interface PackDependencies {
  /** The folder that holds the packs. */
  folder: string
  store: Store
  runtime: Pick<Runtime, 'publish' | 'resource'>
  identity: Pick<Identity, 'putRole' | 'putDepartment'>
  clock: Clock
  installSample: InstallSample
}

/** What was installed; collection `packs`, id of the pack. */
interface InstalledPack {
  id: string
  version: string
  hash: string
  state: 'installing' | 'done'
  sampleData: boolean
  at: string
  by: string
}

export interface Packs extends PackInstaller {
  list(): Promise<PackSummary[]>
  install(id: string, options: InstallOptions): Promise<Result<null>>
  exported(id: string): Promise<Result<ExportedPack>>
}

/**
 * The packs of a folder. A pack is read and checked whole and its diagrams are published all or nothing before anything
 * else is written; installing again finishes what a crash left. What exists already is kept: an install never
 * overwrites what people changed.
 */
export function createPacks(dependencies: PackDependencies): Packs {
  const { folder, store, clock } = dependencies
  const running = new Set<string>()
  const installedPack = (id: string) => store.load<InstalledPack>('packs', id)

  async function mark(id: string, data: InstalledPack): Promise<void> {
    const known = await installedPack(id)
    await store.commit({
      aggregate: { collection: 'packs', id, expectedVersion: known?.version ?? 0, data },
      followUps: [],
    })
  }

  async function installNow(id: string, options: InstallOptions): Promise<Result<null>> {
    const read = await readPack(folder, id)
    if (!read.ok) return read
    const pack = read.value
    const before = (await installedPack(id))?.data
    const sameAsBefore = before?.state === 'done' && before.hash === pack.hash
    if (before?.state === 'done' && !sameAsBefore) return otherVersion(before.version)
    if (sameAsBefore && (before.sampleData || !options.sampleData)) return ok(null)

    const report = options.progress ?? (() => {})
    const done: InstalledPack = sameAsBefore
      ? before
      : {
          id,
          version: pack.manifest.version,
          hash: pack.hash,
          state: 'done',
          sampleData: before?.sampleData ?? false,
          at: clock.now(),
          by: options.by,
        }
    if (!sameAsBefore) {
      const published = await publishMissing(dependencies, pack, options.by, report)
      if (!published.ok) return published
      await mark(id, { ...done, state: 'installing' })
      const written = await writeCatalogs(dependencies, pack, report)
      if (!written.ok) return written
      await mark(id, done)
    }
    if (!options.sampleData) return ok(null)
    const sampled = await dependencies.installSample(pack, options.by, report)
    if (!sampled.ok) return sampled
    await mark(id, { ...done, sampleData: true })
    return ok(null)
  }

  async function summaries(): Promise<PackSummary[]> {
    const found: PackSummary[] = []
    for (const id of await packIds(folder)) {
      const read = await readPack(folder, id)
      if (!read.ok) continue
      const { manifest, hash } = read.value
      const installed = (await installedPack(id))?.data
      found.push({
        id,
        version: manifest.version,
        name: manifest.name,
        summary: manifest.summary,
        counts: countsOf(read.value),
        hash,
        installed:
          installed?.state === 'done'
            ? {
                version: installed.version,
                hash: installed.hash,
                at: installed.at,
                by: installed.by,
                sampleData: installed.sampleData,
              }
            : null,
      })
    }
    return found
  }

  return {
    list: summaries,

    async available(): Promise<SetupState['packs']> {
      return (await summaries()).map(({ id, name, summary, counts }) => ({ id, name, summary, counts }))
    },

    async install(id, options) {
      if (running.has(id)) return alreadyRunning()
      running.add(id)
      try {
        return await installNow(id, options)
      } finally {
        running.delete(id)
      }
    },

    async exported(id) {
      const read = await readPack(folder, id)
      return read.ok ? ok(await exportPack(read.value, dependencies.runtime, store)) : read
    },
  }
}

/** Publishes in one go what has no version yet: a diagram finds its decisions and forms beside it. */
async function publishMissing(
  { runtime }: PackDependencies,
  pack: Pack,
  by: string,
  report: ReportProgress,
): Promise<Result<null>> {
  const missing = []
  for (const { kind, path, content } of pack.resources) {
    if ((await runtime.resource(kind, resourceId(kind, content, path))) === null) missing.push({ kind, content })
  }
  const total = pack.resources.length
  report({ step: 'publish', done: total - missing.length, total })
  if (missing.length > 0) {
    const published = await runtime.publish(missing, by)
    if (!published.ok) return published
  }
  report({ step: 'publish', done: total, total })
  return ok(null)
}

async function writeCatalogs(
  { store, identity }: PackDependencies,
  { catalogs }: Pack,
  report: ReportProgress,
): Promise<Result<null>> {
  const by = { system: 'pack' }
  for (const { key, name, does } of catalogs.roles ?? []) {
    if (key === 'customer') continue
    const put = await identity.putRole({ key, name, does: does.zh }, by)
    if (!put.ok) return put
  }
  for (const { id, name, parentId } of catalogs.departments ?? []) {
    if ((await store.load('departments', id)) !== null) continue
    const put = await identity.putDepartment({ id, name, parentId, headId: null, calendarId: null }, by)
    if (!put.ok) return put
  }
  for (const calendar of calendarsOf(catalogs.calendars)) await writeNew(store, 'calendars', calendar.id, calendar)
  let done = 0
  for (const name of catalogNames) {
    const content = catalogs[name]
    if (content !== undefined) await writeNew(store, 'catalogs', name, { name, content })
    report({ step: 'catalogs', done: (done += 1), total: catalogNames.length })
  }
  return ok(null)
}

/** Working time in the shape that deadlines are reckoned with. */
function calendarsOf(catalog: CatalogContent['calendars'] | undefined) {
  return (catalog?.calendars ?? []).map(({ id, name, hours, days, observesHolidays }) => ({
    id,
    name,
    timeZone: catalog?.timeZone ?? 'Asia/Shanghai',
    hours,
    days,
    holidays: observesHolidays ? (catalog?.holidays ?? []).map(({ date }) => date) : [],
    makeUpDays: observesHolidays ? (catalog?.makeUpDays ?? []) : [],
  }))
}

/** Writes a document unless there is one. */
async function writeNew(store: Store, collection: string, id: string, data: unknown): Promise<void> {
  await store.commit({ aggregate: { collection, id, expectedVersion: 0, data }, followUps: [] })
}

const alreadyRunning = () =>
  refuse('pack.installing', {
    zh: '模板正在安装，请稍等。',
    en: 'Expected one installation at a time, but one is under way; wait a moment.',
  })

const otherVersion = (version: string) =>
  refuse('pack.installed', {
    zh: `已经装有 ${version} 版，不会覆盖您改过的内容。`,
    en: `Expected a system without this pack, but version ${version} is installed; what you changed is not overwritten.`,
  })
