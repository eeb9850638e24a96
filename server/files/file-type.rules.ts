import type { FileType } from '../contract/files.ts'

const starts = (bytes: Uint8Array, signature: readonly number[], at = 0) =>
  signature.every((byte, index) => bytes[at + index] === byte)

const ascii = (text: string) => [...text].map((char) => char.charCodeAt(0))

const signatures: { type: FileType; at: number; bytes: readonly number[]; and?: { at: number; bytes: number[] } }[] = [
  { type: 'image/jpeg', at: 0, bytes: [0xff, 0xd8, 0xff] },
  { type: 'image/png', at: 0, bytes: [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a] },
  { type: 'image/webp', at: 0, bytes: ascii('RIFF'), and: { at: 8, bytes: ascii('WEBP') } },
  { type: 'image/gif', at: 0, bytes: ascii('GIF87a') },
  { type: 'image/gif', at: 0, bytes: ascii('GIF89a') },
  { type: 'application/pdf', at: 0, bytes: ascii('%PDF-') },
  { type: 'video/mp4', at: 4, bytes: ascii('ftyp') },
]

/** What a file is, by its bytes alone; null for everything that is not taken. Names and headers of the sender count for nothing. */
export function fileTypeOf(bytes: Uint8Array): FileType | null {
  const found = signatures.find(
    ({ at, bytes: signature, and }) =>
      starts(bytes, signature, at) && (and === undefined || starts(bytes, and.bytes, and.at)),
  )
  if (found) return found.type
  if (starts(bytes, [0x50, 0x4b, 0x03, 0x04])) return officeTypeOf(bytes)
  return isPlainText(bytes) ? 'text/plain' : null
}

/** The two office formats without macros, by the names in the archive's directory. */
function officeTypeOf(bytes: Uint8Array): FileType | null {
  const names = archiveNames(bytes)
  if (!names?.includes('[Content_Types].xml') || names.some((name) => /vbaProject\.bin$|\.\.|^\//i.test(name)))
    return null
  if (names.includes('word/document.xml'))
    return 'application/vnd.openxmlformats-officedocument.wordprocessingml.document'
  if (names.includes('xl/workbook.xml')) return 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'
  return null
}

const END_OF_DIRECTORY = [0x50, 0x4b, 0x05, 0x06]
const DIRECTORY_ENTRY = [0x50, 0x4b, 0x01, 0x02]
const MOST_ENTRIES = 2000

function archiveNames(bytes: Uint8Array): string[] | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let end = bytes.length - 22
  while (end >= 0 && end > bytes.length - 22 - 65_536 && !starts(bytes, END_OF_DIRECTORY, end)) end -= 1
  if (end < 0 || !starts(bytes, END_OF_DIRECTORY, end)) return null
  const count = view.getUint16(end + 10, true)
  let at = view.getUint32(end + 16, true)
  if (count > MOST_ENTRIES) return null
  const names: string[] = []
  for (let entry = 0; entry < count; entry += 1) {
    if (at + 46 > bytes.length || !starts(bytes, DIRECTORY_ENTRY, at)) return null
    const length = view.getUint16(at + 28, true)
    names.push(new TextDecoder().decode(bytes.subarray(at + 46, at + 46 + length)))
    at += 46 + length + view.getUint16(at + 30, true) + view.getUint16(at + 32, true)
  }
  return names
}

/** UTF-8 without control characters that does not begin like markup: HTML and SVG are not text. */
function isPlainText(bytes: Uint8Array): boolean {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    // oxlint-disable-next-line no-control-regex
    return text.length > 0 && !/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/.test(text) && !/^\s*</.test(text)
  } catch {
    return false
  }
}

/** Width times height of a picture, 0 when the head does not say: what a viewer would have to unpack. */
export function pixelsOf(type: FileType, bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (type === 'image/png' && bytes.length >= 24) return view.getUint32(16) * view.getUint32(20)
  if (type === 'image/gif' && bytes.length >= 10) return view.getUint16(6, true) * view.getUint16(8, true)
  if (type === 'image/jpeg') return jpegPixels(view)
  if (type === 'image/webp') return webpPixels(view)
  return 0
}

/** Walks the segments to the frame header (SOF0-SOF15 without DHT, JPG and DAC). */
function jpegPixels(view: DataView): number {
  let at = 2
  while (at + 9 < view.byteLength && view.getUint8(at) === 0xff) {
    const marker = view.getUint8(at + 1)
    if (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker))
      return view.getUint16(at + 5) * view.getUint16(at + 7)
    at += marker === 0xff ? 1 : 2 + view.getUint16(at + 2)
  }
  return 0
}

function webpPixels(view: DataView): number {
  if (view.byteLength < 30) return 0
  const chunk = String.fromCharCode(...[12, 13, 14, 15].map((at) => view.getUint8(at)))
  const three = (at: number) => view.getUint16(at, true) + view.getUint8(at + 2) * 65_536
  if (chunk === 'VP8X') return (three(24) + 1) * (three(27) + 1)
  if (chunk === 'VP8 ') return (view.getUint16(26, true) & 0x3fff) * (view.getUint16(28, true) & 0x3fff)
  const bits = view.getUint32(21, true)
  return chunk === 'VP8L' ? ((bits & 0x3fff) + 1) * (((bits >>> 14) & 0x3fff) + 1) : 0
}

/** A name to store and show: no folders, no controls, no marks of direction; the extension is that of the content. */
export function safeFileName(name: string, extension: string): string {
  const last = name.normalize('NFC').split(/[/\\]/).at(-1) ?? ''
  const clean = last
    .replaceAll(/[\p{Cc}\p{Cf}\p{Cs}"<>:|?*]/gu, '')
    .replace(/^[.\s]+/, '')
    .trim()
  const accepted = extension === 'jpg' ? /\.(jpg|jpeg)$/i : new RegExp(`\\.${extension}$`, 'i')
  const bare = [...(accepted.test(clean) ? clean.replace(accepted, '') : clean)].slice(0, 100).join('')
  return `${bare === '' ? 'file' : bare}.${extension}`
}

/** RFC 6266: always an attachment, with a plain and an exact name. */
export function contentDisposition(name: string): string {
  const plain = name.replaceAll(/[^\x20-\x7e]|["\\%]/g, '_')
  const exact = encodeURIComponent(name).replaceAll(/['()*]/g, (char) => `%${char.charCodeAt(0).toString(16)}`)
  return `attachment; filename="${plain}"; filename*=UTF-8''${exact}`
}
