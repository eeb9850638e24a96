import { Parser } from 'saxen'
import type { Problem } from './problem.ts'
import { problem } from './problems.ts'

export const bpmnNamespace = 'http://www.omg.org/spec/BPMN/20100524/MODEL'

/** Prefixes that stand for one vocabulary only; another one behind them would be read by nobody. */
const known: Readonly<Record<string, string>> = {
  'xmlns:bpmn': bpmnNamespace,
  'xmlns:zeebe': 'http://camunda.org/schema/zeebe/1.0',
  'xmlns:retour': 'urn:retour:1.0',
}

const limits = { bytes: 2 * 1024 * 1024, elements: 2000, depth: 32, attributes: 100, name: 255, id: 255 } as const

/** A name this long is too long however it is written: the longest reference to a character has ten. */
const endless = limits.name * 10

const reservedIds = new Set([
  '__proto__',
  'constructor',
  'prototype',
  'hasOwnProperty',
  'isPrototypeOf',
  'propertyIsEnumerable',
  'toLocaleString',
  'toString',
  'valueOf',
  '__defineGetter__',
  '__defineSetter__',
  '__lookupGetter__',
  '__lookupSetter__',
])

/** What the reader of BPMN takes for an id; names may be in any script. */
const idPattern = /^[A-Za-z_][\w.-]*$/

/** A tag as it stands in the file, to give a warning of the reader its element. */
export interface Tag {
  name: string
  /** Its own id, else that of what it stands in. */
  ownerId: string | null
}

/** `problems` of a file that can be parsed all the same: the rest of it is judged too. */
export type Scan = { ok: true; xml: string; tags: Tag[]; problems: Problem[] } | { ok: false; problems: Problem[] }

const refused = (...problems: Problem[]): Scan => ({ ok: false, problems })

/** The file without what may hold anything: comments and CDATA. */
function withoutText(xml: string): string {
  const parts: string[] = []
  let at = 0
  for (;;) {
    const comment = xml.indexOf('<!--', at)
    const data = xml.indexOf('<![CDATA[', at)
    const next = comment < 0 ? data : data < 0 ? comment : Math.min(comment, data)
    if (next < 0) return parts.join('') + xml.slice(at)
    parts.push(xml.slice(at, next))
    const end = next === comment ? '-->' : ']]>'
    const close = xml.indexOf(end, next + 4)
    if (close < 0) return parts.join('')
    at = close + end.length
  }
}

const surrogates = /[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/

/** The first character that XML 1.0 does not have, or -1. */
function forbiddenCharacter(xml: string): number {
  for (let i = 0; i < xml.length; i++) {
    const code = xml.charCodeAt(i)
    if ((code < 32 && code !== 9 && code !== 10 && code !== 13) || code === 0xfffe || code === 0xffff) return i
  }
  return surrogates.exec(xml)?.index ?? -1
}

const isAscii = (xml: string) => {
  for (let i = 0; i < xml.length; i++) if (xml.charCodeAt(i) > 127) return false
  return true
}

/** An ampersand that begins no reference that XML knows; what it means nobody can say. */
const strayReference = /&(?!(?:amp|lt|gt|quot|apos|#\d+|#x[\da-f]+);)[^\s;&<>"']{0,20};?/i

const codeOf = (character: string) => `U+${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`

/** What the text as a whole must be, before any parser sees it (reliability B01-B13). */
function checkText(xml: string): Problem | null {
  if (xml.trim() === '') return problem('xml.empty', null)
  if (xml.length > limits.bytes) return problem('bpmn.size', null, `${xml.length} bytes`)
  if (xml.startsWith('\uFFFE') || xml.slice(0, 4).includes('\u0000')) return problem('xml.encoding', null, 'UTF-16')
  if (xml.includes('\uFFFD')) return problem('xml.encoding', null, 'not UTF-8')
  const character = forbiddenCharacter(xml)
  if (character >= 0) return problem('xml.char', null, codeOf(xml.charAt(character)))
  const plain = withoutText(xml)
  if (/<!(?:DOCTYPE|ENTITY|ELEMENT|ATTLIST|NOTATION)/i.test(plain)) return problem('xml.doctype', null)
  const declaration = /^\s*<\?xml\s[^?]*\?>/.exec(plain)
  const instruction = /<\?\s*([^\s?>]*)/.exec(declaration ? plain.slice(declaration[0].length) : plain)
  if (instruction) return problem('xml.pi', null, `<?${instruction[1] ?? ''}`)
  const encoding = declaration ? /encoding\s*=\s*["']([^"']+)["']/.exec(declaration[0])?.[1] : undefined
  // Characters of ASCII are the same in every encoding that such files name.
  if (encoding && !/^utf-?8$/i.test(encoding) && (/^utf-?16/i.test(encoding) || !isAscii(xml)))
    return problem('xml.encoding', null, encoding)
  const stray = strayReference.exec(plain)
  if (stray) return problem('xml.syntax', null, `${stray[0]} is no reference to a character.`)
  for (const reference of plain.matchAll(/&#(x[0-9a-f]+|\d+);/gi)) {
    const text = reference[1] ?? ''
    const code = /^x/i.test(text) ? Number.parseInt(text.slice(1), 16) : Number(text)
    const valid =
      code === 9 || code === 10 || code === 13 || (code >= 32 && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff))
    if (!valid || code === 0xfffe || code === 0xffff) return problem('xml.char', null, reference[0])
  }
  return null
}

const localName = (name: string) => name.slice(name.indexOf(':') + 1)
const isScope = (name: string) => /^(?:subProcess|adHocSubProcess|transaction)$/.test(localName(name))
const isDrawing = (name: string) => /^(?:BPMN|Bounds$|waypoint$|Font$)/.test(localName(name))

function checkId(id: string): Problem | null {
  if (reservedIds.has(id)) return problem('bpmn.reserved_id', { id }, id)
  if (id.length > limits.id || !idPattern.test(id)) return problem('bpmn.id_format', { id: id.slice(0, 100) }, id)
  return null
}

/**
 * Parts that an element has once (BPMN's schema), by the part that they are: a parser takes the last and says nothing.
 * Words of Camunda 8 and ours are looked at as extensions.
 */
const parts: ReadonlyMap<string, string> = new Map([
  ...[
    'extensionElements',
    'ioSpecification',
    'conditionExpression',
    'activationCondition',
    'completionCondition',
    'condition',
    'loopCondition',
    'loopCardinality',
    'loopDataInputRef',
    'loopDataOutputRef',
    'inputDataItem',
    'outputDataItem',
    'timeDate',
    'timeDuration',
    'timeCycle',
    'script',
    'transformation',
    'messagePath',
    'from',
    'to',
  ].map((name): [string, string] => [name, name]),
  ['multiInstanceLoopCharacteristics', 'loopCharacteristics'],
  ['standardLoopCharacteristics', 'loopCharacteristics'],
])

const truth = ['true', 'false']

/** Values that a word of BPMN may have; a reader takes any other, `1` too, for one of them in silence. */
const values: ReadonlyMap<string, readonly string[]> = new Map([
  ...[
    'isExecutable',
    'isForCompensation',
    'cancelActivity',
    'isInterrupting',
    'triggeredByEvent',
    'instantiate',
    'parallelMultiple',
    'isSequential',
    'testBefore',
    'cancelRemainingInstances',
    'waitForCompletion',
  ].map((name): [string, readonly string[]] => [name, truth]),
  ['ordering', ['Parallel', 'Sequential']],
  ['behavior', ['None', 'One', 'All', 'Complex']],
  ['eventGatewayType', ['Exclusive', 'Parallel']],
])

/** A name that a reader resolves by prefix must be declared to be BPMN's. */
function checkRoot(name: string, attributes: Record<string, string>): Problem | null {
  if (localName(name) !== 'definitions') return problem('xml.syntax', null, `the root element is <${name}>.`)
  const prefix = name.includes(':') ? name.slice(0, name.indexOf(':')) : ''
  const uri = attributes[prefix === '' ? 'xmlns' : `xmlns:${prefix}`] ?? ''
  return uri === bpmnNamespace ? null : problem('bpmn.namespace', null, uri)
}

/**
 * Looks at a file before it is parsed: one linear pass that refuses what no parser should see (reliability 7.1), and
 * finds what a parser passes over: ids and parts that stand there twice.
 */
export function scanXml(text: string): Scan {
  const xml = text.startsWith('\uFEFF') ? text.slice(1) : text
  const wrong = checkText(xml)
  if (wrong) return refused(wrong)

  const problems: Problem[] = []
  const reserved: Problem[] = []
  const tags: Tag[] = []
  const owners: (string | null)[] = []
  const names: string[] = []
  const given: Set<string>[] = [new Set()]
  const seen = new Set<string>()
  let fatal: Problem | null = null
  let depth = 0
  let extensionDepth = 0
  let scopes = 0
  let elements = 0

  const parser = new Parser()
  parser.on('error', (error: Error, context: () => { line: number; column: number }) => {
    const { line, column } = context()
    fatal ??= problem('xml.syntax', null, `line ${line + 1}, column ${column + 1}: ${error.message}.`)
    parser.stop()
  })
  // A closing tag that is wrong or missing is only a warning to the parser.
  parser.on('warn', (error: Error, context: () => { line: number; column: number }) => {
    const { line, column } = context()
    fatal ??= problem('xml.syntax', null, `line ${line + 1}, column ${column + 1}: ${error.message}.`)
    parser.stop()
  })
  parser.on(
    'openTag',
    (name: string, getAttributes: () => Record<string, string>, decode: (text: string) => string) => {
      const attributes = getAttributes()
      const strange: string[] = []
      if (depth === 0) fatal ??= checkRoot(name, attributes)
      for (const prefix in known) {
        const uri = attributes[prefix]
        if (uri !== undefined && uri !== known[prefix]) fatal ??= problem('bpmn.namespace', null, uri)
      }
      for (const attribute in attributes) {
        const value = attributes[attribute] ?? ''
        if (value.includes('<'))
          fatal ??= problem('xml.syntax', null, `the attribute ${attribute} of <${name}> holds a bare <.`)
        if (extensionDepth === 0 && values.get(attribute)?.includes(value) === false)
          strange.push(`${attribute}="${value.slice(0, 50)}"`)
      }
      depth += 1
      names.push(name)
      if (isScope(name)) scopes += 1
      const owner = owners.at(-1) ?? null
      // What stands in extensions has ids of its own world; no reference of the diagram means them.
      const own = extensionDepth === 0
      if (!own || localName(name) === 'extensionElements') extensionDepth += 1
      const id = attributes['id'] === undefined || !own ? null : decode(attributes['id'])
      if (id !== null && !isDrawing(name)) elements += 1
      const at = id ?? owner
      for (const said of strange) problems.push(problem('bpmn.unknown_value', at === null ? null : { id: at }, said))
      owners.push(isDrawing(name) ? owner : at)
      tags.push({ name, ownerId: id ?? owner })
      if (depth > limits.depth * 3 || scopes > limits.depth)
        fatal ??= problem('bpmn.depth', id === null ? null : { id }, name)
      if (elements > limits.elements) fatal ??= problem('bpmn.size', null, `more than ${limits.elements} elements`)
      if (Object.keys(attributes).length > limits.attributes)
        fatal ??= problem('bpmn.unknown_attribute', { id: id ?? name }, `${Object.keys(attributes)[1] ?? ''} …`)
      const part = own ? parts.get(localName(name)) : undefined
      if (part !== undefined && given.at(-1)?.has(part))
        problems.push(problem('bpmn.given_twice', owner === null ? null : { id: owner }, `<${name}>`))
      if (part !== undefined) given.at(-1)?.add(part)
      given.push(new Set())
      const said = attributes['name'] ?? ''
      const label = said.length > endless ? '' : decode(said)
      if (said.length > endless)
        fatal ??= problem('name.too_long', id === null ? null : { id }, `${Math.ceil(said.length / 10)}+`)
      if (label.length > limits.name)
        problems.push(problem('name.too_long', id === null ? null : { id }, String(label.length)))
      if (id !== null) {
        const invalid = checkId(id)
        if (invalid?.code === 'bpmn.reserved_id') reserved.push(invalid)
        else if (invalid) problems.push(invalid)
        else if (seen.has(id)) problems.push(problem('bpmn.duplicate_id', { id }, id))
        seen.add(id)
      }
      if (fatal) parser.stop()
    },
  )
  parser.on('closeTag', () => {
    depth -= 1
    if (extensionDepth > 0) extensionDepth -= 1
    if (isScope(names.pop() ?? '')) scopes -= 1
    owners.pop()
    given.pop()
  })
  parser.parse(xml)
  if (!fatal && tags.length === 0) fatal = problem('xml.syntax', null, 'there is no element.')
  if (!fatal && depth !== 0) fatal = problem('xml.syntax', null, 'the file ends too early.')
  if (fatal) return refused(fatal)
  // No map of a parser may see a reserved id.
  return reserved.length > 0 ? refused(...reserved, ...problems) : { ok: true, xml, tags, problems }
}
