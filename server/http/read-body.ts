import type { IncomingMessage } from 'node:http'
import { promisify } from 'node:util'
import { brotliDecompress, gunzip, inflate } from 'node:zlib'
import { problem } from './answer-problem.ts'

export const DEFAULT_BODY_LIMIT = 256 * 1024

const unpackers = {
  gzip: promisify(gunzip),
  deflate: promisify(inflate),
  br: promisify(brotliDecompress),
} as const

/** The whole body, unpacked, at most `limit` bytes before and after unpacking. Refused as soon as it is more. */
export async function readBody(incoming: IncomingMessage, limit: number): Promise<Buffer> {
  if (Number(incoming.headers['content-length'] ?? 0) > limit) throw tooLarge()
  return unpacked(await bytesOf(incoming, limit), incoming.headers['content-encoding'], limit)
}

function bytesOf(incoming: IncomingMessage, limit: number): Promise<Buffer> {
  const chunks: Buffer[] = []
  let size = 0
  return new Promise((resolve, reject) => {
    incoming.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size > limit) reject(tooLarge())
      else chunks.push(chunk)
    })
    incoming.on('end', () => resolve(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks)))
    incoming.on('error', (error) => reject(incoming.complete ? error : problem('request.aborted')))
    incoming.on('close', () => {
      if (!incoming.complete) reject(problem('request.aborted'))
    })
  })
}

// The rest of a body that is too large is never read: the connection ends with the answer.
const tooLarge = () => problem('body.too_large', {}, { Connection: 'close' })

async function unpacked(bytes: Buffer, encoding: string | undefined, limit: number): Promise<Buffer> {
  if (encoding === undefined || encoding === 'identity') return bytes
  const unpack = (unpackers as Record<string, (typeof unpackers)['gzip']>)[encoding]
  if (!unpack) throw problem('body.type')
  try {
    return await unpack(bytes, { maxOutputLength: limit })
  } catch (error) {
    throw (error as { code?: string }).code === 'ERR_BUFFER_TOO_LARGE'
      ? problem('body.too_large')
      : problem('body.type')
  }
}

/** Only application/json, without charset or with UTF-8 (reliability H03, H05). */
export function isJson(contentType: string | undefined): boolean {
  return /^application\/json\s*(;\s*charset\s*=\s*"?utf-8"?\s*)?$/i.test(contentType ?? '')
}

export function hasBody(incoming: IncomingMessage): boolean {
  return incoming.headers['transfer-encoding'] !== undefined || Number(incoming.headers['content-length'] ?? 0) > 0
}
