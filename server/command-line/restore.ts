import type { JobDocument } from '../../workflows/runtime/face.ts'
import type { FollowUp, Store } from '../../workflows/runtime/ports.ts'
import { readArchive } from '../database/archive.ts'
import type { Blobs } from '../files/blobs.ts'
import { collections } from '../product.ts'
import type { CommandLine } from './command.ts'
import { blobsAt, dataPlace, storeAt } from './open-data.ts'
import { misuse, readArguments } from './read-arguments.ts'
import { held, mark, releaseRefunds, restoredMark, unfinished } from './restored.ts'

type Say = (line: string) => void

const atOnce = 500

/** Documents of one collection in one commit; all arrive as new. */
function createWriter(store: Store) {
  let collection = ''
  let waiting: Exclude<FollowUp, { kind: 'put' }>[] = []

  async function flush(): Promise<void> {
    const at = waiting.findIndex(({ kind }) => kind === 'insert')
    const [first] = at < 0 ? [] : waiting.splice(at, 1)
    const followUps = waiting
    waiting = []
    if (first?.kind === 'insert') {
      const aggregate = { collection, id: first.id, expectedVersion: 0, data: first.data }
      if (!(await store.commit({ aggregate, followUps })).ok)
        throw new Error(`Expected ${collection}/${first.id} to be new, but it is there already`)
    } else if (followUps.length > 0) await bury(followUps)
  }

  /** Removals alone travel with the mark that says that this is not finished: a commit changes one aggregate. */
  async function bury(followUps: FollowUp[]): Promise<void> {
    const before = await store.load('settings', unfinished)
    const aggregate = { collection: 'settings', id: unfinished, expectedVersion: before?.version ?? 0, data: {} }
    if (!(await store.commit({ aggregate, followUps })).ok) throw new Error('Expected to be alone on this data')
  }

  return {
    async add(followUp: Exclude<FollowUp, { kind: 'put' }>): Promise<void> {
      if (followUp.collection !== collection || waiting.length >= atOnce) await flush()
      ;({ collection } = followUp)
      waiting.push(followUp)
    },
    flush,
    begin: () => bury([]),
  }
}

async function fill(store: Store, blobs: Blobs, file: string) {
  const known = new Set(collections.map(({ name }) => name))
  const writer = createWriter(store)
  const result = { backupAt: '', documents: 0, files: 0, refundsHeld: 0 }
  await writer.begin()
  for await (const line of readArchive(file)) {
    if ('archive' in line) result.backupAt = line.at
    else if ('file' in line) {
      await blobs.write(line.file, Buffer.from(line.bytes, 'base64'))
      result.files += 1
    } else if ('collection' in line && known.has(line.collection)) {
      const { collection } = line
      if ('removed' in line) await writer.add({ kind: 'remove', collection, id: line.removed })
      else {
        const job = collection === 'jobs' ? held(line.data as JobDocument) : null
        if (job) result.refundsHeld += 1
        await writer.add({ kind: 'insert', collection, id: line.id, data: job ?? line.data })
        result.documents += 1
      }
    }
  }
  await writer.flush()
  return result
}

async function isEmpty(store: Store): Promise<boolean> {
  for (const { name } of collections) if ((await store.count(name)) > 0) return false
  return true
}

async function restoreFrom(file: string, say: Say): Promise<number> {
  // Read through before anything is written: a damaged backup leaves an empty database empty.
  for await (const line of readArchive(file)) void line
  const place = dataPlace()
  const store = await storeAt(place)
  const blobs = await blobsAt(place)
  try {
    if (!(await isEmpty(store))) {
      say(`Expected an empty database, but there are data in ${place.told}; nothing was changed.`)
      return 1
    }
    const filled = await fill(store, blobs, file)
    const { backupAt, refundsHeld } = filled
    await mark(store, { restoredAt: new Date().toISOString(), backupAt, refundsHeld, releasedAt: null })
    say(`${filled.documents} documents and ${filled.files} files of ${backupAt} are in ${place.told}.`)
    if (refundsHeld > 0)
      say(
        `${refundsHeld} refunds were under way and are held. Compare them with the provider, then: npx retour restore --release-refunds`,
      )
    say('Check the data with: npx retour verify')
    return 0
  } finally {
    await blobs.close()
    await store.close()
  }
}

async function release(say: Say): Promise<number> {
  const store = await storeAt(dataPlace())
  try {
    const before = await restoredMark(store)
    if (!before) {
      say('Expected restored data, but these were never restored; nothing was changed.')
      return 1
    }
    const now = new Date().toISOString()
    const released = await releaseRefunds(store, now)
    await mark(store, { ...before, releasedAt: now })
    say(`${released} refunds go on when the server is started.`)
    return 0
  } finally {
    await store.close()
  }
}

/** `retour restore FILE`: fills an empty place from a backup, with the refunds that were under way held. */
export const restore: CommandLine = {
  usage: 'restore <file> | --release-refunds',
  summary: 'fill an empty data folder or database from a backup',
  async run(args, say) {
    const read = readArguments(args, { 'release-refunds': { type: 'boolean' } })
    if ('fault' in read) return misuse(say, this.usage, read.fault)
    const [file, more] = read.positionals
    const releases = read.values['release-refunds'] === true
    if (more !== undefined || releases === (file !== undefined))
      return misuse(say, this.usage, 'Expected the name of one file, or --release-refunds')
    return file === undefined ? release(say) : restoreFrom(file, say)
  },
}
