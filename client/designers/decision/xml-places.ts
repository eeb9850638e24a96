/** An element with the places in the text where it stands, so that a change touches nothing but itself. */
export interface Placed {
  readonly name: string
  readonly attributes: Readonly<Record<string, string>>
  /** Of the whole element, the start tag, and what is between the tags. */
  readonly start: number
  readonly end: number
  readonly tagEnd: number
  readonly contentEnd: number
  readonly children: readonly Placed[]
}

const entities: Record<string, string> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" }

export const decode = (text: string): string =>
  text
    .replaceAll(/<!\[CDATA\[([\s\S]*?)\]\]>/g, (_, inside: string) => encode(inside))
    .replaceAll(/&(#x[\da-f]+|#\d+|\w+);/gi, (whole, name: string) => {
      if (name.startsWith('#x')) return String.fromCodePoint(Number.parseInt(name.slice(2), 16))
      if (name.startsWith('#')) return String.fromCodePoint(Number(name.slice(1)))
      return entities[name] ?? whole
    })

export const encode = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')

export const encodeAttribute = (text: string): string =>
  encode(text).replaceAll('"', '&quot;').replaceAll('\n', '&#10;')

const piece =
  /<!--[\s\S]*?-->|<!\[CDATA\[[\s\S]*?\]\]>|<\?[\s\S]*?\?>|<![^>]*>|<(\/?)([\w.:-]+)((?:\s+[\w.:-]+\s*=\s*(?:"[^"]*"|'[^']*'))*)\s*(\/?)>/g

/** Reads the elements of a document with their places. Names are without prefix. Throws when tags do not match. */
export function placesOf(xml: string): Placed {
  interface Open {
    name: string
    attributes: Record<string, string>
    start: number
    tagEnd: number
    children: Placed[]
  }
  const stack: Open[] = [{ name: '', attributes: {}, start: 0, tagEnd: 0, children: [] }]
  for (const match of xml.matchAll(piece)) {
    const [whole, close, qualified, attributeText = '', empty] = match
    if (!qualified) continue
    const at = match.index
    const name = qualified.replace(/^.*:/, '')
    if (close) {
      const open = stack.pop()
      if (!open || open.name !== name || stack.length === 0)
        throw new Error(`Expected the end of ${open?.name || 'nothing'}, but found that of ${name}`)
      stack.at(-1)!.children.push({ ...open, end: at + whole.length, contentEnd: at })
      continue
    }
    const attributes: Record<string, string> = {}
    for (const [, key, double, single] of attributeText.matchAll(/([\w.:-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g))
      attributes[key!] = decode(double ?? single ?? '')
    const tagEnd = at + whole.length
    if (empty)
      stack
        .at(-1)!
        .children.push({ name, attributes, start: at, end: tagEnd, tagEnd, contentEnd: tagEnd, children: [] })
    else stack.push({ name, attributes, start: at, tagEnd, children: [] })
  }
  if (stack.length !== 1) throw new Error(`Expected the end of ${stack.at(-1)!.name}, but the document ends`)
  const [root] = stack[0]!.children
  if (!root) throw new Error('Expected an element, but the document has none')
  return root
}

export const childNamed = (element: Placed | undefined, name: string): Placed | undefined =>
  element?.children.find((child) => child.name === name)
export const childrenNamed = (element: Placed | undefined, name: string): readonly Placed[] =>
  element?.children.filter((child) => child.name === name) ?? []

export interface Edit {
  readonly start: number
  readonly end: number
  readonly text: string
}

/** The text with all edits made; they must not overlap. */
export function withEdits(text: string, edits: readonly Edit[]): string {
  let result = text
  for (const edit of [...edits].sort((a, b) => b.start - a.start))
    result = result.slice(0, edit.start) + edit.text + result.slice(edit.end)
  return result
}
