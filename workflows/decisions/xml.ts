import { Parser } from 'saxen'

/** An element of an XML file: its name without prefix, attributes without prefix, children, and text. */
export interface XmlElement {
  readonly name: string
  readonly namespace: string
  readonly attributes: ReadonlyMap<string, string>
  readonly children: readonly XmlElement[]
  readonly text: string
}

export interface XmlRefusal {
  code: 'xml.empty' | 'xml.size' | 'xml.doctype' | 'xml.instruction' | 'xml.character' | 'xml.syntax'
  detail: string
}

const limits = { characters: 2_000_000, depth: 100, elements: 300_000 }

const controls = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/ // oxlint-disable-line no-control-regex

/**
 * Refuses before parsing what no diagram needs and attackers do: document types with their entities, processing
 * instructions, control characters, size (reliability 7.1 B01-B13, 7.2 D01).
 */
function refusalOf(xml: string): XmlRefusal | null {
  if (xml.trim() === '') return { code: 'xml.empty', detail: '' }
  if (xml.length > limits.characters) return { code: 'xml.size', detail: `${xml.length} > ${limits.characters}` }
  const withoutComments = xml.replaceAll(/<!--[\s\S]*?-->|<!\[CDATA\[[\s\S]*?\]\]>/g, '')
  if (/<!\s*(?:DOCTYPE|ENTITY)/i.test(withoutComments)) return { code: 'xml.doctype', detail: '' }
  if (/<\?(?!xml\s)/i.test(withoutComments)) return { code: 'xml.instruction', detail: '' }
  if (controls.test(xml)) return { code: 'xml.character', detail: '' }
  return null
}

interface Open {
  name: string
  namespace: string
  attributes: Map<string, string>
  prefixes: Map<string, string>
  children: Open[]
  text: string
}

const local = (name: string) => name.slice(name.indexOf(':') + 1)

/** Reads XML into a tree. The only refusals are those of well-formedness and safety; what the names mean is not known here. */
export function readXml(source: string): { ok: true; root: XmlElement } | { ok: false; refusal: XmlRefusal } {
  const xml = source.startsWith('\uFEFF') ? source.slice(1) : source
  const refused = refusalOf(xml)
  if (refused) return { ok: false, refusal: refused }

  const parser = new Parser()
  const stack: Open[] = []
  let root: Open | undefined
  let elements = 0
  let failure: string | null = null
  const fail = (reason: string, where?: () => { line: number; column: number }) => {
    const at = where?.()
    failure ??= at ? `${reason} (${at.line + 1}:${at.column + 1})` : reason
    parser.stop()
  }

  parser.on('openTag', (tag, readAttributes, decode, _selfClosing, where) => {
    if (stack.length >= limits.depth || ++elements > limits.elements)
      return fail('too deep or too many elements', where)
    if (root && stack.length === 0) return fail('more than one root element', where)
    const attributes = new Map<string, string>()
    let prefixes = stack.at(-1)?.prefixes ?? new Map<string, string>()
    for (const [name, value] of Object.entries(readAttributes())) {
      if (name === 'xmlns' || name.startsWith('xmlns:')) {
        prefixes = new Map(prefixes).set(name === 'xmlns' ? '' : local(name), decode(value))
      } else attributes.set(local(name), decode(value))
    }
    const prefix = tag.includes(':') ? tag.slice(0, tag.indexOf(':')) : ''
    const opened: Open = {
      name: local(tag),
      namespace: prefixes.get(prefix) ?? '',
      attributes,
      prefixes,
      children: [],
      text: '',
    }
    stack.at(-1)?.children.push(opened)
    root ??= opened
    stack.push(opened)
  })
  parser.on('closeTag', () => {
    stack.pop()
  })
  parser.on('text', (text, decode) => {
    const open = stack.at(-1)
    if (open) open.text += decode(text)
  })
  parser.on('cdata', (text) => {
    const open = stack.at(-1)
    if (open) open.text += text
  })
  parser.on('error', (error, where) => fail(error.message, where))
  parser.on('warn', (error, where) => fail(error.message, where))
  parser.parse(xml)

  if (failure !== null || !root) return { ok: false, refusal: { code: 'xml.syntax', detail: failure ?? 'no element' } }
  return { ok: true, root }
}

export const childrenNamed = (element: XmlElement, name: string) =>
  element.children.filter((child) => child.name === name)

export const childNamed = (element: XmlElement, name: string) => element.children.find((child) => child.name === name)

/** The text of a child element such as `<text>` or `<typeRef>`, trimmed; undefined when there is none. */
export function textIn(element: XmlElement | undefined, name: string): string | undefined {
  const text = element && childNamed(element, name)?.text.trim()
  return text === '' ? undefined : text
}
