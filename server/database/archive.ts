import { createReadStream, createWriteStream } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip, createGzip } from 'node:zlib'

/** What a backup holds, one JSON text a line, compressed: the same from either store, readable with `gunzip`. */
export type ArchiveLine =
  | { archive: 1; version: string; at: string; from: 'sqlite' | 'mongodb' }
  | { collection: string; id: string; data: unknown }
  /** A removed document, so that no late write revives it. */
  | { collection: string; removed: string }
  | { file: string; bytes: string }
  /** The last line; without it the archive is not whole. */
  | { end: number }

/** Writes beside the name and renames, so that a file under this name is always a whole backup. Only the owner may read it. */
export async function writeArchive(file: string, lines: AsyncIterable<ArchiveLine>): Promise<void> {
  const beside = `${file}.part`
  const texts = async function* () {
    for await (const line of lines) yield `${JSON.stringify(line)}\n`
  }
  try {
    const target = createWriteStream(beside, { mode: 0o600, flush: true })
    await pipeline(Readable.from(texts()), createGzip({ level: 6 }), target)
    await rename(beside, file)
  } catch (error) {
    await rm(beside, { force: true })
    throw error
  }
}

/** The lines of a backup. Throws with a sentence for a file that is none, or is not whole. */
export async function* readArchive(file: string): AsyncGenerator<ArchiveLine> {
  const source = createReadStream(file)
  const unpacked = source.pipe(createGunzip())
  source.once('error', (error) => unpacked.destroy(error))
  let count = 0
  let ended = false
  try {
    for await (const text of createInterface({ input: unpacked, crlfDelay: Infinity })) {
      const line = JSON.parse(text) as ArchiveLine
      if (count === 0 && !('archive' in line && line.archive === 1)) throw new Error('not an archive of Retour')
      if ('end' in line) ended = line.end === count
      count += 1
      yield line
    }
  } catch (error) {
    throw new Error(`Expected a backup that Retour wrote, but ${file} is none or is damaged`, { cause: error })
  }
  if (!ended) throw new Error(`Expected a whole backup, but ${file} stops in the middle`)
}
