import type { Problem } from '../model/problem.ts'
import { readDataTypes } from './data-types.ts'
import type { TypeNamed } from './data-types.ts'
import { inCell } from './problems.ts'
import type { ReportProblem } from './problems.ts'
import type { ImportNames } from './model.ts'
import { childrenNamed } from './xml.ts'
import type { XmlElement } from './xml.ts'

/** A DMN document among those that make a model, and how it finds what is in the others. */
export interface DmnFile {
  readonly root: XmlElement
  readonly elements: readonly XmlElement[]
  /** What stands before the ids of its elements in the model: nothing for the main file. */
  readonly prefix: string
  readonly importNames: ImportNames
  readonly typeNamed: TypeNamed
  readonly report: ReportProblem
  /** The id in the model of what an `href` of this file means; empty when it means nothing. */
  idOf(href: string): string
  byId(id: string): XmlElement | undefined
  /** The element with that id in the model, with its file and the name of the import through which this file sees it. */
  find(id: string): { element: XmlElement; file: DmnFile; importName: string } | undefined
}

const graphElements = new Set(['decision', 'inputData', 'businessKnowledgeModel', 'decisionService'])

const isDmn = /^https?:\/\/www\.omg\.org\/spec\/DMN\//

const namespaceIn = (root: XmlElement) => root.attributes.get('namespace') ?? ''

/** A tree of imports wider than this is refused. */
const mostFiles = 50

type Found = ReadonlyMap<string, DmnFile>

/** The imports of a file by their namespaces, and what is wrong with them. */
function readImports(
  root: XmlElement,
  known: (namespace: string) => boolean,
  report: ReportProblem,
): Map<string, string> {
  const names = new Map<string, string>()
  for (const element of childrenNamed(root, 'import')) {
    const namespace = element.attributes.get('namespace') ?? ''
    const name = (element.attributes.get('name') ?? '').trim()
    const kind = element.attributes.get('importType') ?? ''
    const id = element.attributes.get('id') ?? null
    if (!isDmn.test(kind))
      report(id, 'dmn.import_kind', {
        zh: `不支持导入「${name}」:类型「${kind.slice(0, 100)}」不是 DMN。`,
        en: `Expected the import "${name}" to be of DMN, but its type is "${kind.slice(0, 100)}".`,
      })
    else if (!known(namespace))
      report(id, 'dmn.import_missing', {
        zh: `缺少导入「${name}」的文件:没有命名空间为「${namespace.slice(0, 200)}」的决策文件。`,
        en: `Expected the file of the import "${name}", but there is none with the namespace "${namespace.slice(0, 200)}".`,
      })
    else if (name !== '' && [...names.values()].includes(name))
      report(id, 'dmn.import_name', {
        zh: `导入名称「${name}」出现了不止一次。`,
        en: `Expected every import to have a name of its own, but "${name}" occurs more than once.`,
      })
    else names.set(namespace, name)
  }
  return names
}

/** A type by its name in an imported file: behind the name of the import, or alone when the import has none. */
const importedType =
  (importNames: ImportNames, files: Found): TypeNamed =>
  (name = '') => {
    for (const [namespace, importName] of importNames) {
      const file = files.get(namespace)
      const inside =
        importName === ''
          ? name
          : /^\s*\./.test(name.slice(importName.length)) && name.startsWith(importName)
            ? name.slice(importName.length).replace(/^\s*\.\s*/, '')
            : null
      const type = inside === null ? undefined : file?.typeNamed(inside)
      if (type) return type
    }
    return undefined
  }

function fileOf(
  root: XmlElement,
  isMain: boolean,
  importNames: ImportNames,
  files: Found,
  report: ReportProblem,
): DmnFile {
  const elements = root.children.filter((child) => graphElements.has(child.name))
  const byId = new Map(elements.map((element) => [element.attributes.get('id') ?? '', element]))
  const prefix = isMain ? '' : `${namespaceIn(root)}#`
  let types: TypeNamed | null = null
  const file: DmnFile = {
    root,
    elements,
    prefix,
    importNames,
    report,
    // Files may import one another: types are read when they are asked for.
    typeNamed: (name) =>
      (types ??= readDataTypes(childrenNamed(root, 'itemDefinition'), report, importedType(importNames, files)))(name),
    idOf: (href) => {
      const at = href.lastIndexOf('#')
      const [namespace, id] = [href.slice(0, Math.max(at, 0)), href.slice(at + 1)]
      if (id === '') return ''
      if (importNames.has(namespace)) return `${files.get(namespace)?.prefix ?? ''}${id}`
      return prefix + id
    },
    find: (id) => {
      for (const [namespace, other] of [[null, file] as const, ...files]) {
        const importName = namespace === null ? '' : importNames.get(namespace)
        if (importName === undefined || !id.startsWith(other.prefix)) continue
        const element = other.byId(id.slice(other.prefix.length))
        if (element) return { element, file: other, importName }
      }
      return undefined
    },
    byId: (id) => byId.get(id),
  }
  return file
}

/** The main file first, then those that it imports, directly or through others. */
export function filesOf(main: XmlElement, others: readonly XmlElement[], problems: Problem[]): DmnFile[] {
  const available = new Map(others.map((root) => [namespaceIn(root), root]))
  const files = new Map<string, DmnFile>()
  const reportIn =
    (root: XmlElement | null): ReportProblem =>
    (elementId, code, message, more = {}) => {
      const severity = more.severity ?? 'error'
      const name = root?.attributes.get('name') ?? ''
      if (root && severity === 'warning') return
      const told = root ? inCell(message, { zh: `导入的「${name}」`, en: `the imported "${name}"` }) : message
      problems.push({
        elementId,
        severity,
        code,
        message: told,
        ...(more.elementName ? { elementName: more.elementName } : {}),
        ...(more.example ? { example: more.example } : {}),
      })
    }

  function read(root: XmlElement, isMain: boolean): DmnFile {
    const report = reportIn(isMain ? null : root)
    const importNames = readImports(root, (namespace) => available.has(namespace), report)
    const file = fileOf(root, isMain, importNames, files, report)
    if (!isMain) files.set(namespaceIn(root), file)
    for (const namespace of importNames.keys()) {
      const next = available.get(namespace)
      if (next && !files.has(namespace) && files.size < mostFiles) read(next, false)
    }
    return file
  }

  const first = read(main, true)
  return [first, ...files.values()]
}
