import fs, { closeSync, fsyncSync, openSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'

/** What one transaction wrote, under the number that it has in the order of all. */
export interface JournalRecord {
  number: number
  text: string
}

/**
 * Files that are written from their beginning again and again: to make a record durable, the disk has nothing to do but
 * to write its bytes.
 */
export interface JournalFiles {
  /**
   * Writes a record behind the others. `written` is told when it is durable, a small one at once; or why it is not,
   * and then the next record takes its place.
   */
  write(record: JournalRecord, written: (error: unknown) => void): void
  /** No start will ask for a record before this one: what stands there may be written over. */
  release(number: number): void
  /** Closes them; when nothing in them is needed any more, they go. */
  close(isNeeded: boolean): void
}

/** What can go wrong with a disk, so that it can be tried out. */
export type Disk = Pick<typeof fs, 'writeSync' | 'fdatasyncSync' | 'fdatasync'>

interface JournalFile {
  path: string
  descriptor: number
  /** Bytes that are there, so that writing needs no more room. */
  length: number
  /** Where the next record goes. */
  end: number
  /** Number of its last record; 0 when it has none that is needed. */
  last: number
}

const firstLength = 2 ** 18
const mostLength = 2 ** 23
/** Up to so many bytes are written at once: for one command, waking another thread would take as long as the disk. */
const small = 2 ** 12

const nameForm = /^retour\.journal-(\d+)$/

function filesIn(folder: string): { path: string; place: number }[] {
  return readdirSync(folder)
    .flatMap((name) => {
      const [, place] = nameForm.exec(name) ?? []
      return place === undefined ? [] : [{ path: join(folder, name), place: Number(place) }]
    })
    .toSorted((a, b) => a.place - b.place)
}

/** Makes it durable that files came or went. */
function syncFolder(folder: string): void {
  // Windows has no such thing, and keeps it by itself.
  if (process.platform === 'win32') return
  const descriptor = openSync(folder, 'r')
  fsyncSync(descriptor)
  closeSync(descriptor)
}

/** Opens the files of a folder, none of whose records is needed; makes the first one. */
export function openJournalFiles(folder: string, disk: Disk = fs): JournalFiles {
  const files: JournalFile[] = []
  let nextPlace = 1
  for (const { path, place } of filesIn(folder)) {
    files.push({ path, descriptor: openSync(path, 'r+'), length: statSync(path).size, end: 0, last: 0 })
    nextPlace = place + 1
  }

  function writeAll(descriptor: number, bytes: Buffer, position: number): void {
    for (let done = 0; done < bytes.length;)
      done += disk.writeSync(descriptor, bytes, done, bytes.length - done, position + done)
  }

  function grow(file: JournalFile, length: number): void {
    writeAll(file.descriptor, Buffer.alloc(length - file.length), file.length)
    disk.fdatasyncSync(file.descriptor)
    file.length = length
  }

  function add(): JournalFile {
    const path = join(folder, `retour.journal-${nextPlace}`)
    const file: JournalFile = { path, descriptor: openSync(path, 'w+'), length: 0, end: 0, last: 0 }
    nextPlace += 1
    files.push(file)
    try {
      grow(file, firstLength)
      syncFolder(folder)
    } catch (error) {
      drop(file)
      throw error
    }
    return file
  }

  function drop(file: JournalFile): void {
    files.splice(files.indexOf(file), 1)
    closeSync(file.descriptor)
    rmSync(file.path)
  }

  /** The file that has room for so many bytes. */
  function roomFor(bytes: number): JournalFile {
    const needed = current.end + bytes
    if (needed > current.length && (needed <= mostLength || current.end === 0))
      grow(current, Math.max(needed, Math.min(mostLength, 2 * current.length)))
    if (needed <= current.length) return current
    const next = files.find((file) => file !== current && file.last === 0) ?? add()
    if (bytes > next.length) grow(next, bytes)
    return next
  }

  let current = files[0] ?? add()

  return {
    write({ number, text }, written) {
      const bytes = encode(number, text)
      let file = current
      let { last } = file
      const kept = (error: unknown) => {
        if (error) file.last = last
        else {
          file.end += bytes.length
          current = file
        }
        written(error)
      }
      try {
        file = roomFor(bytes.length)
        last = file.last
        // Whoever releases others meanwhile must not take the file for free.
        file.last = number
        writeAll(file.descriptor, bytes, file.end)
        if (bytes.length <= small) disk.fdatasyncSync(file.descriptor)
      } catch (error) {
        return kept(error)
      }
      if (bytes.length <= small) kept(null)
      else disk.fdatasync(file.descriptor, kept)
    },

    release(number) {
      const free = files.filter((file) => file.last < number)
      for (const file of free) {
        file.end = 0
        file.last = 0
      }
      // Two take turns; more came when the tables could not follow.
      const others = free.filter((file) => file !== current)
      for (const file of others.slice(0, Math.max(0, files.length - 2))) drop(file)
    },

    close(isNeeded) {
      for (const file of files) {
        closeSync(file.descriptor)
        if (!isNeeded) rmSync(file.path)
      }
    },
  }
}

const checksumOf = (body: Buffer, number: number): string => crc32(body, number >>> 0).toString(16)

/** `record NUMBER BYTES CHECKSUM`, the text, and an end of line. */
function encode(number: number, text: string): Buffer {
  const body = Buffer.from(text)
  const head = `record ${number} ${body.length} ${checksumOf(body, number)}\n`
  return Buffer.concat([Buffer.from(head), body, lineEnd])
}

const lineEnd = Buffer.from('\n')
const headForm = /^record (\d+) (\d+) ([0-9a-f]+)$/
const longestHead = 64

/** The record that begins here, with the place behind it; null when none does, or not the whole of it. */
function decode(bytes: Buffer, at: number): { record: JournalRecord; end: number } | null {
  const lineAt = bytes.subarray(at, at + longestHead).indexOf(lineEnd)
  if (lineAt < 0) return null
  const head = headForm.exec(bytes.toString('latin1', at, at + lineAt))
  if (!head) return null
  const [number, length] = [Number(head[1]), Number(head[2])]
  const start = at + lineAt + 1
  const body = bytes.subarray(start, start + length)
  if (body.length < length || checksumOf(body, number) !== head[3]) return null
  return { record: { number, text: body.toString() }, end: start + length + 1 }
}

/**
 * The records of one file, in order. A record that was cut off was not answered, so it was nothing; behind it there are
 * only older ones, from when the file was written the last time. A later one would have been answered.
 */
function recordsIn(path: string, from: number): JournalRecord[] {
  const bytes = readFileSync(path)
  const records: JournalRecord[] = []
  let at = 0
  for (let found = decode(bytes, 0); found; found = decode(bytes, at)) {
    if (records.length > 0 && found.record.number !== records.at(-1)!.number + 1) break
    records.push(found.record)
    at = found.end
  }
  const last = records.at(-1)?.number ?? from
  for (let next = bytes.indexOf('record ', at); next >= 0; next = bytes.indexOf('record ', next + 1)) {
    const number = decode(bytes, next)?.record.number
    if (number !== undefined && number > last) throw damaged(path, `record ${last + 1} cannot be read`)
  }
  return records
}

const damaged = (path: string, what: string): Error =>
  new Error(
    `${path} is damaged (${what}). Nothing was changed. Restore a backup into an empty data folder with "npx retour restore".`,
  )

/** Whether a folder has a journal at all. */
export const hasJournalFiles = (folder: string): boolean => filesIn(folder).length > 0

/** The records of a folder from a number on, in order. Throws when one between them is damaged or missing. */
export function readJournalFiles(folder: string, from: number): JournalRecord[] {
  const records = filesIn(folder)
    .flatMap(({ path }) => recordsIn(path, from))
    .filter(({ number }) => number >= from)
    .toSorted((a, b) => a.number - b.number)
  const gap = records.find(({ number }, index) => number !== from + index)
  if (gap) throw damaged(join(folder, 'retour.journal'), `what stands before record ${gap.number} is missing`)
  return records
}
