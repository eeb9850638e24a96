import { existsSync, statSync } from 'node:fs'
import { buffer } from 'node:stream/consumers'
import type { ArchiveLine } from '../database/archive.ts'
import { writeArchive } from '../database/archive.ts'
import { hasDatabase, readSnapshot } from '../database/sqlite/snapshot.ts'
import { collections } from '../product.ts'
import type { CommandLine } from './command.ts'
import { blobsAt, dataPlace, documentsOf, productVersion, storeAt, type DataPlace } from './open-data.ts'
import { misuse, readArguments } from './read-arguments.ts'

/** Sessions are not kept: after a restore everybody signs in again. */
const kept = collections.map(({ name }) => name).filter((name) => name !== 'sessions')

async function* documents(place: DataPlace): AsyncGenerator<ArchiveLine> {
  if (place.mongodbUrl === null) return yield* readSnapshot(place.dataDir, kept)
  const store = await storeAt(place)
  try {
    for (const collection of kept)
      for await (const { id, data } of documentsOf(store, collection)) yield { collection, id, data }
  } finally {
    await store.close()
  }
}

/** Documents first, then the bytes of the files that they name: a file is never changed, only added. */
async function* lines(place: DataPlace, counted: { documents: number; files: number }): AsyncGenerator<ArchiveLine> {
  const from = place.mongodbUrl === null ? 'sqlite' : 'mongodb'
  yield { archive: 1, version: productVersion(), at: new Date().toISOString(), from }
  let count = 1
  const files: string[] = []
  for await (const line of documents(place)) {
    yield line
    count += 1
    if (!('data' in line)) continue
    counted.documents += 1
    if (line.collection === 'files') files.push(line.id)
  }
  const blobs = await blobsAt(place)
  try {
    for (const file of files) {
      const stream = await blobs.read(file)
      // Its bytes were removed in time.
      if (!stream) continue
      yield { file, bytes: (await buffer(stream)).toString('base64') }
      count += 1
      counted.files += 1
    }
  } finally {
    await blobs.close()
  }
  yield { end: count }
}

/** `retour backup FILE`: one file with everything; beside a running server too. */
export const backup: CommandLine = {
  usage: 'backup <file>',
  summary: 'write all data into one file; the server may go on running',
  async run(args, say) {
    const read = readArguments(args, {})
    if ('fault' in read) return misuse(say, this.usage, read.fault)
    const [file, more] = read.positionals
    if (file === undefined || more !== undefined) return misuse(say, this.usage, 'Expected the name of one file')
    if (existsSync(file)) {
      say(`Expected a new file, but ${file} is there already; nothing was written.`)
      return 1
    }
    const place = dataPlace()
    if (place.mongodbUrl === null && !hasDatabase(place.dataDir)) {
      say(`Expected a database in ${place.dataDir}, but there is none. DATA_DIR names the folder.`)
      return 1
    }
    const counted = { documents: 0, files: 0 }
    await writeArchive(file, lines(place, counted))
    const megabytes = (statSync(file).size / 1_000_000).toFixed(1)
    say(`${file}: ${counted.documents} documents and ${counted.files} files of ${place.told}, ${megabytes} MB`)
    say('Not in it: sessions, and the books of the sandbox provider. It holds personal data: keep it safe.')
    return 0
  },
}
