import { GridFSBucket, MongoClient } from 'mongodb'
import { pipeline } from 'node:stream/promises'
import { Readable } from 'node:stream'
import type { Blobs } from './blobs.ts'

/** In MongoDB's GridFS, so that every server process reads what any of them wrote. */
export async function openGridFsBlobs(url: string): Promise<Blobs> {
  const client = await MongoClient.connect(url, { retryWrites: false, writeConcern: { w: 'majority', journal: true } })
  const bucket = new GridFSBucket(client.db(), { bucketName: 'blobs' })
  const idsOf = async (id: string) => (await bucket.find({ filename: id }).toArray()).map((file) => file._id)
  return {
    async write(id, bytes) {
      await pipeline(Readable.from([bytes]), bucket.openUploadStream(id))
    },
    async read(id) {
      return (await idsOf(id)).length > 0 ? bucket.openDownloadStreamByName(id) : null
    },
    async remove(id) {
      for (const file of await idsOf(id)) await bucket.delete(file)
    },
    close: () => client.close(),
  }
}
