import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { TSchema } from 'typebox'
import { catalogNames, catalogSchemas, PackManifest, type CatalogContent, type CatalogName } from '../contract/packs.ts'
import { validatorOf } from '../http/validate.ts'
import { ok, refuse, type Result } from '../../workflows/model/problem.ts'
import type { ResourceKind } from '../../workflows/runtime/face.ts'
import { checkCatalogs, checkFiles, type Pack, type PackFile } from './pack.rules.ts'

const validManifest = validatorOf(PackManifest)
const validCatalog = Object.fromEntries(
  catalogNames.map((name) => [name, validatorOf(catalogSchemas[name] as TSchema)]),
) as Record<CatalogName, ReturnType<typeof validatorOf>>

const MOST_BYTES = 50_000_000

/** Ids of the packs in a folder of packs. */
export async function packIds(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => [])
  return entries
    .filter((entry) => entry.isDirectory() && /^[a-z][a-z0-9-]{1,39}$/.test(entry.name))
    .map((entry) => entry.name)
}

/** Reads and checks a whole pack; a pack with anything wrong is refused whole, with the file named. */
export async function readPack(folder: string, id: string): Promise<Result<Pack>> {
  if (!(await packIds(folder)).includes(id)) return notFound(id)
  const root = join(folder, id)
  const names = (await readdir(root, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(root.length + 1)
        .replaceAll('\\', '/'),
    )
    .sort()
  const files = new Map<string, string>()
  let bytes = 0
  for (const name of names) {
    const content = await readFile(join(root, name), 'utf8')
    bytes += content.length
    if (bytes > MOST_BYTES) return tooLarge(id)
    files.set(name, content)
  }
  return packOf(files)
}

/** The pack that these files make up, path to text. */
export function packOf(files: ReadonlyMap<string, string>): Result<Pack> {
  const parsed = json(files, 'pack.json')
  if (!parsed.ok) return parsed
  const checked = validManifest(parsed.value)
  if (!checked.ok) return inFile('pack.json', checked)
  const manifest = checked.value as PackManifest
  const complete = checkFiles(manifest, [...files.keys()])
  if (!complete.ok) return complete

  const catalogs: Partial<CatalogContent> = {}
  for (const name of catalogNames) {
    const path = manifest.catalogs[name]
    if (path === undefined) continue
    const content = json(files, path)
    if (!content.ok) return content
    const sound = validCatalog[name](content.value)
    if (!sound.ok) return inFile(path, sound)
    Object.assign(catalogs, { [name]: content.value })
  }

  const sample: Record<string, unknown> = {}
  for (const path of manifest.sample) {
    const content = json(files, path)
    if (!content.ok) return content
    sample[path.replace(/^.*\/|\.json$/g, '')] = content.value
  }

  const resources = [
    ...filesOf('decision', manifest.decisions, files),
    ...filesOf('form', manifest.forms, files),
    ...filesOf('process', manifest.processes, files),
  ]
  const agreed = checkCatalogs(catalogs, decisionIds(resources))
  if (!agreed.ok) return agreed
  const scenarios = manifest.scenarios.map((path) => ({ path, content: files.get(path) ?? '' }))
  return ok({ manifest, hash: hashOf(files), resources, catalogs, scenarios, sample })
}

const filesOf = (kind: ResourceKind, paths: readonly string[], files: ReadonlyMap<string, string>): PackFile[] =>
  paths.map((path) => ({ kind, path, content: files.get(path) ?? '' }))

/** Ids of the decisions in DMN files, without parsing them: publishing does that. */
const decisionIds = (resources: readonly PackFile[]): string[] =>
  resources
    .filter(({ kind }) => kind === 'decision')
    .flatMap(({ content }) =>
      [...content.matchAll(/<(?:\w+:)?decision\s[^>]*\bid="([^"]+)"/g)].map((match) => match[1] ?? ''),
    )

function hashOf(files: ReadonlyMap<string, string>): string {
  const hash = createHash('sha256')
  for (const path of [...files.keys()].sort()) hash.update(`${path}\0${files.get(path)?.length}\0${files.get(path)}\0`)
  return hash.digest('hex')
}

function json(files: ReadonlyMap<string, string>, path: string): Result<unknown> {
  const text = files.get(path)
  if (text === undefined) {
    return refuse(
      'pack.file_missing',
      { zh: `模板缺少文件“${path}”。`, en: `Expected the file ${path}, but it is missing.` },
      { where: path },
    )
  }
  try {
    return ok(JSON.parse(text))
  } catch {
    return refuse(
      'pack.file_syntax',
      { zh: `文件“${path}”不是正确的 JSON。`, en: `Expected ${path} to be JSON, but it cannot be read.` },
      { where: path },
    )
  }
}

const inFile = (path: string, result: Extract<Result<unknown>, { ok: false }>): Extract<Result<never>, { ok: false }> =>
  refuse(
    'pack.file_invalid',
    {
      zh: `文件“${path}”里有内容需要改正：${result.refusal.fields?.[0]?.path ?? ''}`,
      en: `Expected other values in ${path}: ${result.refusal.fields?.[0]?.path ?? ''}`,
    },
    { where: path, ...(result.refusal.fields ? { fields: result.refusal.fields } : {}) },
  )

const notFound = (id: string) =>
  refuse(
    'pack.not_found',
    { zh: `没有“${id}”这个模板。`, en: `Expected a known pack, but there is no "${id}".` },
    { where: 'pack' },
  )

const tooLarge = (id: string) =>
  refuse('pack.too_large', {
    zh: `模板“${id}”超过 50 MB。`,
    en: `Expected a pack of at most 50 MB, but "${id}" is larger.`,
  })
