/** The few pieces of FEEL that a person can build by picking: texts, numbers, yes and no, nothing. */
export type PlainValue =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'number'; readonly text: string }
  | { readonly kind: 'boolean'; readonly value: boolean }
  | { readonly kind: 'nothing' }

export const quoted = (text: string): string => `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`

const unescape = (text: string) => text.replaceAll(/\\(.)/g, '$1')

/** A literal, or null when it is anything else. */
export function readLiteral(source: string): PlainValue | null {
  const text = source.trim()
  const string = /^"((?:[^"\\]|\\["\\])*)"$/.exec(text)
  if (string) return { kind: 'text', text: unescape(string[1]!) }
  if (/^-?\d+(\.\d+)?$/.test(text)) return { kind: 'number', text }
  if (text === 'true' || text === 'false') return { kind: 'boolean', value: text === 'true' }
  return text === 'null' ? { kind: 'nothing' } : null
}

export function writeLiteral(value: PlainValue): string {
  if (value.kind === 'text') return quoted(value.text)
  if (value.kind === 'number') return value.text
  return value.kind === 'boolean' ? String(value.value) : 'null'
}

/** Cuts at a separator that stands outside of texts and brackets. */
export function splitOutside(source: string, separator: RegExp): string[] {
  const parts: string[] = []
  let depth = 0
  let inText = false
  let from = 0
  for (let at = 0; at < source.length; at++) {
    const sign = source[at]!
    if (inText) {
      if (sign === '\\') at++
      else if (sign === '"') inText = false
      continue
    }
    if (sign === '"') inText = true
    else if ('([{'.includes(sign)) depth++
    else if (')]}'.includes(sign)) depth--
    if (depth !== 0 || inText) continue
    const match = new RegExp(separator.source, 'y')
    match.lastIndex = at
    const found = match.exec(source)
    if (!found) continue
    parts.push(source.slice(from, at))
    from = at + found[0].length
    at = from - 1
  }
  parts.push(source.slice(from))
  return parts
}

/** Minor units as one types them: 500000 -> 5,000; 1250 -> 12.5. */
export function yuanOf(minor: string): string {
  const negative = minor.startsWith('-')
  const digits = minor.replace('-', '').padStart(3, '0')
  const whole = digits.slice(0, -2).replace(/\B(?=(\d{3})+$)/g, ',')
  const rest = digits.slice(-2).replace(/0+$/, '')
  return (negative ? '-' : '') + whole + (rest ? `.${rest}` : '')
}

/** What a person types in yuan, in minor units: `5,000` -> 500000. Null when it is no amount. */
export function minorOf(yuan: string): string | null {
  const match = /^(-?)(\d{1,12})(?:\.(\d{1,2}))?$/.exec(yuan.trim().replaceAll(/[,，¥￥\s]/g, ''))
  if (!match) return null
  const minor = (match[2]! + (match[3] ?? '').padEnd(2, '0')).replace(/^0+(?=\d)/, '')
  return minor === '0' ? '0' : match[1]! + minor
}
