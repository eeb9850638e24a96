import type { ServerResponse } from 'node:http'
import { refusalOf, statusOf, type PlatformCode } from '../contract/errors.ts'
import type { ProblemDocument } from '../contract/shared.ts'
import type { Refusal } from '../../workflows/model/problem.ts'

/** Longest text of the caller's that an answer repeats (reliability, section 7). */
const LONGEST_ECHO = 100

/** Carries an expected failure through code that can only throw (streams, body readers). */
export class RefusalError extends Error {
  readonly refusal: Refusal
  readonly headers: Record<string, string>

  constructor(refusal: Refusal, headers: Record<string, string> = {}) {
    super(refusal.code)
    this.name = 'RefusalError'
    this.refusal = refusal
    this.headers = headers
  }
}

export const problem = (
  code: PlatformCode,
  more: Omit<Refusal, 'code' | 'message'> = {},
  headers: Record<string, string> = {},
): RefusalError => new RefusalError(refusalOf(code, more), headers)

/** The one place that turns a refusal into an answer: RFC 9457 with a stable code, without stack. */
export function answerProblem(
  outgoing: ServerResponse,
  refusal: Refusal,
  requestId: string,
  headers: Record<string, string> = {},
): void {
  if (outgoing.headersSent) {
    outgoing.destroy()
    return
  }
  const status = statusOf(refusal.code)
  const body = JSON.stringify(problemDocument(refusal, status, requestId))
  for (const [name, value] of Object.entries(headers)) outgoing.setHeader(name, value)
  outgoing.statusCode = status
  outgoing.setHeader('Content-Type', 'application/problem+json; charset=utf-8')
  outgoing.setHeader('Cache-Control', 'no-store')
  outgoing.setHeader('Content-Length', Buffer.byteLength(body))
  outgoing.end(outgoing.req.method === 'HEAD' ? undefined : body)
}

export function problemDocument(refusal: Refusal, status: number, requestId: string): ProblemDocument {
  return {
    type: `urn:retour:${refusal.code}`,
    title: refusal.message.en,
    status,
    code: refusal.code,
    detail: refusal.message.zh,
    message: refusal.message,
    ...(refusal.where === undefined ? {} : { where: clipped(refusal.where) }),
    ...(refusal.params === undefined ? {} : { params: refusal.params }),
    ...(refusal.fields === undefined
      ? {}
      : { fields: refusal.fields.slice(0, 50).map((field) => ({ ...field, path: clipped(field.path) })) }),
    requestId,
  }
}

function clipped(text: string): string {
  return text.length > LONGEST_ECHO ? `${text.slice(0, LONGEST_ECHO - 1)}…` : text
}

/** What an unexpected error says outside: Express's and Node's own refusals by status, else 500 without detail. */
export function refusalOfError(error: unknown): { refusal: Refusal; headers: Record<string, string>; bug: boolean } {
  if (error instanceof RefusalError) return { refusal: error.refusal, headers: error.headers, bug: false }
  const { code, status } = (error ?? {}) as { code?: unknown; status?: unknown }
  if (code === 'cursor.invalid')
    return { refusal: refusalOf('cursor.invalid', { where: 'after' }), headers: {}, bug: false }
  if (code === 'storage_full') return { refusal: refusalOf('storage_full'), headers: {}, bug: false }
  if (status === 400) return { refusal: refusalOf('url.invalid'), headers: {}, bug: false }
  return { refusal: refusalOf('server.failed'), headers: {}, bug: true }
}
