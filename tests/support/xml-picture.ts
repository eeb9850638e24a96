import { Parser } from 'saxen'

/** An XML element as it means: names by namespace, attributes without declarations, text without indentation. */
export interface XmlPicture {
  name: string
  attributes: Record<string, string>
  text: string
  children: XmlPicture[]
}

type Namespaces = Readonly<Record<string, string>>

const named = (name: string, namespaces: Namespaces, isAttribute: boolean): string => {
  const colon = name.indexOf(':')
  if (colon < 0) return isAttribute ? name : `{${namespaces[''] ?? ''}}${name}`
  return `{${namespaces[name.slice(0, colon)] ?? name.slice(0, colon)}}${name.slice(colon + 1)}`
}

/** Reads XML into the picture of its root, independent of prefixes, order of attributes and indentation. */
export function xmlPicture(xml: string): XmlPicture {
  const root: XmlPicture = { name: '', attributes: {}, text: '', children: [] }
  const stack: { element: XmlPicture; namespaces: Namespaces }[] = [{ element: root, namespaces: {} }]
  const parser = new Parser()
  parser.on('error', (error: Error) => {
    throw error
  })
  parser.on(
    'openTag',
    (name: string, getAttributes: () => Record<string, string>, decode: (text: string) => string) => {
      const around = stack.at(-1)!
      const said = Object.entries(getAttributes())
      const namespaces: Record<string, string> = { ...around.namespaces }
      for (const [attribute, value] of said) {
        if (attribute === 'xmlns') namespaces[''] = value
        else if (attribute.startsWith('xmlns:')) namespaces[attribute.slice(6)] = value
      }
      const attributes: Record<string, string> = {}
      const full = named(name, namespaces, false)
      const own = full.slice(0, full.indexOf('}') + 1)
      // An attribute of its element's own vocabulary is the same with and without the prefix.
      for (const [attribute, value] of said)
        if (!attribute.startsWith('xmlns'))
          attributes[named(attribute, namespaces, true).replace(own, '')] = decode(value)
      const element: XmlPicture = { name: full, attributes, text: '', children: [] }
      around.element.children.push(element)
      stack.push({ element, namespaces })
    },
  )
  parser.on('closeTag', () => void stack.pop())
  const addText = (text: string) => {
    stack.at(-1)!.element.text += text
  }
  parser.on('text', (text: string, decode: (text: string) => string) => addText(decode(text)))
  parser.on('cdata', addText)
  parser.parse(xml.replace(/^\uFEFF/, ''))
  return root.children[0]!
}
