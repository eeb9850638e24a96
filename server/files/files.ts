import { createHash } from 'node:crypto'
import type { Readable } from 'node:stream'
import { fileTypes, type FileInfo } from '../contract/files.ts'
import { refusalOf } from '../contract/errors.ts'
import type { Actor } from '../http/route.ts'
import { ok, refuse, type Result } from '../../workflows/model/problem.ts'
import type { Clock, Ids, Stored } from '../../workflows/runtime/ports.ts'
import type { Blobs } from './blobs.ts'
import { fileTypeOf, pixelsOf, safeFileName } from './file-type.rules.ts'
import type { FileDocument, FilesStore } from './files-store.ts'

/** What a file belongs to. */
export type FileSubject = `case:${string}` | `order:${string}`

/** Whether somebody may read what belongs to this case or order; the domain that owns it says. */
export type MayRead = (actor: Actor, subject: FileSubject) => Promise<boolean>

export interface Files {
  /** Stores the bytes under a new id, checked by content. */
  upload(actor: Actor, name: string, bytes: Buffer): Promise<Result<FileInfo>>
  /** Gives files that this actor brought to a case or an order, all or none; again changes nothing. */
  attach(actor: Actor, fileIds: readonly string[], subject: FileSubject): Promise<Result<FileInfo[]>>
  read(actor: Actor, fileId: string): Promise<Result<{ info: FileInfo; bytes: Readable }>>
  /** Removes what nobody attached within a day. Returns how many. */
  removeLoose(): Promise<number>
}

const DAY_MS = 86_400_000
const MOST_PIXELS = 50_000_000
const quotas = { subject: { files: 60, bytes: 100 * 1024 * 1024 }, owner: { files: 30, bytes: 60 * 1024 * 1024 } }

export function createFiles(store: FilesStore, blobs: Blobs, clock: Clock, ids: Ids, mayRead: MayRead): Files {
  async function roomFor(
    field: 'subject' | 'owner',
    value: string,
    files: number,
    bytes: number,
  ): Promise<Result<null>> {
    const used = await store.sizeOf(field, value)
    const most = quotas[field]
    if (used.files + files <= most.files && used.bytes + bytes <= most.bytes) return ok(null)
    return refuse('file.quota', {
      zh: `文件太多：最多 ${most.files} 个、共 ${most.bytes / 1024 / 1024} MB`,
      en: `Expected at most ${most.files} files of ${most.bytes / 1024 / 1024} MB together`,
    })
  }

  async function mine(actor: Actor, fileIds: readonly string[], subject: FileSubject) {
    const found: Stored<FileDocument>[] = []
    for (const id of new Set(fileIds)) {
      const file = await store.load(id)
      const own = file?.data.state === 'loose' && file.data.owner === ownerOf(actor)
      const there = file?.data.state === 'attached' && file.data.subject === subject
      if (!file || (!own && !there)) return null
      found.push(file)
    }
    return found
  }

  return {
    async upload(actor, name, bytes) {
      const type = fileTypeOf(bytes)
      if (type === null) {
        return refuse('file.type', {
          zh: '只接受图片（JPG、PNG、WebP、GIF）、PDF、MP4、Word、Excel 和纯文本文件',
          en: 'Expected a picture (JPEG, PNG, WebP, GIF), PDF, MP4, Word, Excel or plain text file, judged by its content',
        })
      }
      if (pixelsOf(type, bytes) > MOST_PIXELS) {
        return refuse('file.dimensions', {
          zh: '图片尺寸太大，最多 5000 万像素',
          en: 'Expected a picture of at most 50 million pixels',
        })
      }
      const owner = ownerOf(actor)
      const room = await roomFor('owner', owner, 1, bytes.length)
      if (!room.ok) return room
      const id = ids.next()
      const data: FileDocument = {
        name: safeFileName(name, fileTypes[type]),
        type,
        size: bytes.length,
        sha256: createHash('sha256').update(bytes).digest('hex'),
        owner,
        uploadedAt: clock.now(),
        state: 'loose',
        subject: null,
      }
      await blobs.write(id, bytes)
      await store.save(id, 0, data)
      return ok(infoOf(id, data))
    },

    async attach(actor, fileIds, subject) {
      const found = await mine(actor, fileIds, subject)
      if (found === null) {
        return refuse(
          'file.not_found',
          { zh: '文件已过期或不是您上传的，请重新上传', en: 'Expected files that you uploaded within a day' },
          { where: 'files' },
        )
      }
      const loose = found.filter((file) => file.data.state === 'loose')
      const bytes = loose.reduce((sum, file) => sum + file.data.size, 0)
      const room = loose.length === 0 ? ok(null) : await roomFor('subject', subject, loose.length, bytes)
      if (!room.ok) return room
      for (const file of loose) {
        const saved = await store.save(file.id, file.version, { ...file.data, state: 'attached', subject })
        if (!saved && (await store.load(file.id))?.data.subject !== subject) {
          return { ok: false, refusal: refusalOf('version.conflict') }
        }
      }
      return ok(found.map((file) => infoOf(file.id, file.data)))
    },

    async read(actor, fileId) {
      const file = await store.load(fileId)
      const absent = { ok: false as const, refusal: refusalOf('not_found') }
      if (!file || file.data.state === 'gone') return absent
      const { subject, owner } = file.data
      const allowed = subject === null ? owner === ownerOf(actor) : await mayRead(actor, subject as FileSubject)
      if (!allowed) return absent
      const bytes = await blobs.read(fileId)
      return bytes === null ? absent : ok({ info: infoOf(fileId, file.data), bytes })
    },

    async removeLoose() {
      const before = new Date(Date.parse(clock.now()) - DAY_MS).toISOString()
      let removed = 0
      for (const file of await store.looseBefore(before)) {
        // Marked first: a file that is being attached meanwhile wins, and keeps its bytes.
        if (!(await store.save(file.id, file.version, { ...file.data, state: 'gone' }))) continue
        await blobs.remove(file.id)
        removed += 1
      }
      return removed
    },
  }
}

/** The same for a customer's order link and for the link of a case of that order. */
function ownerOf(actor: Actor): string {
  if (actor.kind === 'user') return `user:${actor.userId}`
  return actor.kind === 'customer' ? `customer:${actor.customerId}:${actor.scope.orderNo}` : actor.kind
}

function infoOf(id: string, { name, type, size, uploadedAt }: FileDocument): FileInfo {
  return { id, name, type, size, uploadedAt }
}
