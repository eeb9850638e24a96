import { pipeline } from 'node:stream/promises'
import Type from 'typebox'
import { FileInfo, LARGEST_FILE } from '../contract/files.ts'
import { refusalOf } from '../contract/errors.ts'
import { readBody } from '../http/read-body.ts'
import type { AnyRoute, RawRoute } from '../http/route.ts'
import { contentDisposition } from './file-type.rules.ts'
import type { Files } from './files.ts'

/** Upload as raw bytes with the name in `X-File-Name`; download always as an attachment. */
export function filesRoutes(files: Files): AnyRoute[] {
  const upload: RawRoute = {
    method: 'POST',
    path: '/api/files',
    summary: 'Upload a file as application/octet-stream; its name percent-encoded in X-File-Name',
    tag: 'files',
    authorize: { allow: 'signed-in-or-capability' },
    limit: 'upload',
    accepts: 'application/octet-stream',
    response: FileInfo,
    async exchange({ actor }, { incoming }) {
      if (incoming.headers['content-type'] !== 'application/octet-stream')
        return { ok: false, refusal: refusalOf('body.type') }
      const name = fileNameOf(incoming.headers['x-file-name'])
      if (name === null) return { ok: false, refusal: refusalOf('request.invalid', { where: 'X-File-Name' }) }
      return files.upload(actor, name, await readBody(incoming, LARGEST_FILE))
    },
  }
  const download: RawRoute = {
    method: 'GET',
    path: '/api/files/:fileId',
    summary: 'The bytes of a file that belongs to a case or order the reader may see',
    tag: 'files',
    authorize: { allow: 'signed-in-or-capability' },
    params: Type.Object({ fileId: Type.String({ pattern: '^[a-z0-9-]{8,60}$' }) }),
    answers: 'application/octet-stream',
    response: Type.String(),
    async exchange({ actor, params }, { outgoing }) {
      const file = await files.read(actor, (params as { fileId: string }).fileId)
      if (!file.ok) return file
      const { info, bytes } = file.value
      outgoing.writeHead(200, {
        'Content-Type': info.type,
        'Content-Length': info.size,
        'Content-Disposition': contentDisposition(info.name),
        'Cache-Control': 'private, no-store',
        'Content-Security-Policy': "default-src 'none'; sandbox",
      })
      // A reader that leaves half-way is no failure of ours.
      await pipeline(bytes, outgoing).catch(() => outgoing.destroy())
      return null
    },
  }
  return [upload, download]
}

function fileNameOf(header: string | string[] | undefined): string | null {
  if (typeof header !== 'string' || header === '' || header.length > 1000) return null
  try {
    return decodeURIComponent(header)
  } catch {
    return null
  }
}
