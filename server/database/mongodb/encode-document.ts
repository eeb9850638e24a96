/**
 * Documents as MongoDB 4.4 takes them: it gives `$` and `.` in field names a meaning of their own and refuses NUL, while
 * a case's variables may have any name. Such names get a look-alike; look-alikes that were there are marked with `\`.
 */
const lookAlikes: Record<string, string> = { $: '＄', '.': '．', '\0': '␀' }
const originals: Record<string, string> = { '＄': '$', '．': '.', '␀': '\0' }
const telling = /[$.\0＄．␀\\]/

const encodeName = (name: string): string =>
  name.replaceAll(/[$.\0＄．␀\\]/g, (sign) => lookAlikes[sign] ?? `\\${sign}`)

const decodeName = (name: string): string =>
  name.replaceAll(/\\(.)|[＄．␀]/gs, (sign, marked: string | undefined) => marked ?? originals[sign] ?? sign)

function rename(value: unknown, name: (name: string) => string): unknown {
  if (Array.isArray(value)) return value.map((item) => rename(item, name))
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [telling.test(key) ? name(key) : key, rename(item, name)]),
  )
}

/** A copy of JSON data whose names MongoDB stores as they are. */
export const encodeDocument = (data: unknown): unknown => rename(JSON.parse(JSON.stringify(data)), encodeName)

export const decodeDocument = <T>(data: unknown): T => rename(data, decodeName) as T
