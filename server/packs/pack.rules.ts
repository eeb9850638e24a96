import type { CatalogContent, CatalogName, PackManifest } from '../contract/packs.ts'
import { ok, refuse, type Result, type Sentence } from '../../workflows/model/problem.ts'
import type { ResourceKind } from '../../workflows/runtime/face.ts'

export interface PackFile {
  kind: ResourceKind
  path: string
  content: string
}

/** A pack that was read and found sound as a whole. */
export interface Pack {
  manifest: PackManifest
  hash: string
  resources: PackFile[]
  catalogs: Partial<CatalogContent>
  scenarios: { path: string; content: string }[]
  /** Sample specification by file name without its ending. */
  sample: Record<string, unknown>
}

const listed = (manifest: PackManifest): string[] => [
  ...manifest.processes,
  ...manifest.decisions,
  ...manifest.forms,
  ...manifest.scenarios,
  ...manifest.sample,
  ...Object.values(manifest.catalogs),
]

/** Every file that the manifest names is there once, and nothing else is. */
export function checkFiles(manifest: PackManifest, present: readonly string[]): Result<null> {
  const names = listed(manifest)
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  if (twice !== undefined) return wrong('pack.file_twice', twice, sentences.twice(twice))
  const missing = names.find((name) => !present.includes(name))
  if (missing !== undefined) return wrong('pack.file_missing', missing, sentences.missing(missing))
  const extra = present.find((name) => name !== 'pack.json' && !names.includes(name))
  if (extra !== undefined) return wrong('pack.file_unlisted', extra, sentences.unlisted(extra))
  return ok(null)
}

/** What no schema can say: codes are unique, and what one row names stands in another. */
export function checkCatalogs(catalogs: Partial<CatalogContent>, decisionIds: readonly string[]): Result<null> {
  const checks: (Result<null> | null)[] = [
    unique(
      'roles',
      (catalogs.roles ?? []).map(({ key }) => key),
    ),
    unique(
      'departments',
      (catalogs.departments ?? []).map(({ id }) => id),
    ),
    unique(
      'calendars',
      (catalogs.calendars?.calendars ?? []).map(({ id }) => id),
    ),
    unique(
      'reasons',
      (catalogs.reasons ?? []).map(({ code }) => code),
    ),
    unique(
      'policies',
      (catalogs.policies ?? []).map(({ code, version }) => `${code}@${version}`),
    ),
    unique(
      'replyTemplates',
      (catalogs.replyTemplates ?? []).map(({ code }) => code),
    ),
    unique(
      'numbering',
      (catalogs.numbering ?? []).map(({ document }) => document),
    ),
    known(
      'reasons',
      (catalogs.reasons ?? []).flatMap(({ parent }) => (parent === null ? [] : [parent])),
      (catalogs.reasons ?? []).filter(({ parent }) => parent === null).map(({ code }) => code),
    ),
    known(
      'departments',
      (catalogs.departments ?? []).flatMap(({ parentId }) => (parentId === null ? [] : [parentId])),
      // A parent stands before its children, so that a tree has no circle.
      (catalogs.departments ?? []).map(({ id }) => id),
    ),
    known(
      'departments',
      (catalogs.departments ?? []).flatMap(({ headRole }) => (headRole === null ? [] : [headRole])),
      (catalogs.roles ?? []).map(({ key }) => key),
    ),
    known(
      'policies',
      (catalogs.policies ?? []).flatMap(({ clauses }) => clauses.map(({ decision }) => decision)),
      decisionIds,
    ),
    parentsFirst(catalogs.departments ?? []),
  ]
  return checks.find((check) => check !== null) ?? ok(null)
}

function unique(catalog: CatalogName, codes: readonly string[]): Result<null> | null {
  const twice = codes.find((code, index) => codes.indexOf(code) !== index)
  return twice === undefined ? null : wrong('pack.code_twice', `${catalog}.${twice}`, sentences.codeTwice(twice))
}

function known(catalog: CatalogName, named: readonly string[], there: readonly string[]): Result<null> | null {
  const unknown = named.find((name) => !there.includes(name))
  return unknown === undefined
    ? null
    : wrong('pack.reference_unknown', `${catalog}.${unknown}`, sentences.unknown(unknown))
}

function parentsFirst(departments: CatalogContent['departments']): Result<null> | null {
  const late = departments.find(
    ({ parentId }, index) => parentId !== null && departments.findIndex(({ id }) => id === parentId) >= index,
  )
  return late === undefined
    ? null
    : wrong('pack.parent_later', `departments.${late.id}`, sentences.parentLater(late.id))
}

/** How many of what a pack brings, for the first run and the list of packs. */
export function countsOf({ manifest, catalogs }: Pack): Record<string, number> {
  return {
    processes: manifest.processes.length,
    decisions: manifest.decisions.length,
    forms: manifest.forms.length,
    scenarios: manifest.scenarios.length,
    roles: catalogs.roles?.length ?? 0,
    reasons: catalogs.reasons?.filter(({ parent }) => parent !== null).length ?? 0,
    replyTemplates: catalogs.replyTemplates?.length ?? 0,
  }
}

const idPatterns = {
  process: /<(?:\w+:)?process\s[^>]*\bid="([^"]+)"/,
  decision: /<(?:\w+:)?decision\s[^>]*\bid="([^"]+)"/,
} as const

/** The id under which a file will be published. */
export function resourceId(kind: ResourceKind, content: string, path: string): string {
  if (kind === 'form') return String((JSON.parse(content) as { id?: unknown }).id ?? path)
  return idPatterns[kind].exec(content)?.[1] ?? path
}

const wrong = (code: string, where: string, message: Sentence): Result<null> => refuse(code, message, { where })

const sentences = {
  twice: (name: string) => ({
    zh: `模板清单里“${name}”出现了两次。`,
    en: `Expected each file once in the manifest, but ${name} stands there twice.`,
  }),
  missing: (name: string) => ({
    zh: `模板缺少文件“${name}”。`,
    en: `Expected the file ${name}, which the manifest names, but it is missing.`,
  }),
  unlisted: (name: string) => ({
    zh: `文件“${name}”没有写进模板清单。`,
    en: `Expected every file to be named in the manifest, but ${name} is not.`,
  }),
  codeTwice: (code: string) => ({
    zh: `编码“${code}”出现了两次。`,
    en: `Expected each code once, but ${code} is there twice.`,
  }),
  unknown: (name: string) => ({
    zh: `引用的“${name}”不存在。`,
    en: `Expected ${name} to exist, because another row names it, but it does not.`,
  }),
  parentLater: (id: string) => ({
    zh: `部门“${id}”的上级要写在它前面。`,
    en: `Expected the parent of department ${id} to stand before it.`,
  }),
}
