/** A process in a BPMN file, cut into the elements that stand directly in it. */
export interface ProcessXml {
  id: string
  /** How the file writes BPMN names: `bpmn:`, or nothing. */
  prefix: string
  before: string
  open: string
  parts: Part[]
  close: string
  after: string
}

export interface Part {
  /** Name without prefix. */
  name: string
  id: string | null
  xml: string
}

const tag = /<!--[\s\S]*?-->|<!\[CDATA\[[\s\S]*?\]\]>|<(\/?)([\w.-]+:)?([\w.-]+)((?:"[^"]*"|'[^']*'|[^"'>])*?)(\/?)>/g

const attribute = (attributes: string, name: string): string | null =>
  new RegExp(`(?:^|\\s)${name}\\s*=\\s*["']([^"']*)["']`).exec(attributes)?.[1] ?? null

/** The elements that stand directly in a piece of XML. */
function partsOf(xml: string): Part[] {
  const parts: Part[] = []
  let depth = 0
  let began = 0
  let top: { name: string; id: string | null } = { name: '', id: null }
  for (const { 0: whole, 1: closes, 3: name, 4: attributes = '', 5: empty, index } of xml.matchAll(tag)) {
    if (name === undefined) continue
    if (closes) depth -= 1
    else {
      if (depth === 0) {
        began = index
        top = { name, id: attribute(attributes, 'id') }
      }
      if (!empty) depth += 1
    }
    if (depth === 0) parts.push({ ...top, xml: xml.slice(began, index + whole.length) })
  }
  return parts
}

/** Every process of a file. */
export function processesIn(xml: string): ProcessXml[] {
  const found: ProcessXml[] = []
  for (const { 0: whole, 1: prefix = '', 2: attributes = '', index } of xml.matchAll(
    /<([\w.-]+:)?process\b((?:"[^"]*"|'[^']*'|[^"'>])*?)>/g,
  )) {
    const close = `</${prefix}process>`
    const end = xml.indexOf(close, index)
    if (end < 0 || whole.endsWith('/>')) continue
    const inside = index + whole.length
    found.push({
      id: attribute(attributes, 'id') ?? '',
      prefix,
      before: xml.slice(0, index),
      open: whole,
      parts: partsOf(xml.slice(inside, end)),
      close,
      after: xml.slice(end + close.length),
    })
  }
  return found
}

export const isExecutable = ({ open }: ProcessXml) => /isExecutable\s*=\s*["']true["']/.test(open)

/** The file with a process whose parts are others. */
export const written = ({ before, open, parts, close, after }: ProcessXml): string =>
  `${before}${open}\n${parts.map(({ xml }) => xml).join('\n')}\n${close}${after}`
