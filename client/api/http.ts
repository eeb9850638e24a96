import type { ProblemDocument } from '../../server/contract/shared.ts'
import { ApiError, type FieldProblem } from './api-error.ts'

/** What a page can find out about the line to the server. */
export interface LineListener {
  /** Called when a request got an answer (true) or none (false). */
  reached?(reached: boolean): void
  /** Called when the server no longer knows the session. */
  signedOut?(): void
}

type Query = Record<string, string | number | boolean | readonly string[] | null | undefined>

interface CommandOptions {
  /** Repeats of one deed carry one key; without it every call is a deed of its own. */
  readonly idempotencyKey?: string
  readonly signal?: AbortSignal
  /** Version that the page has seen, sent as If-Match. */
  readonly version?: number
  readonly headers?: Record<string, string>
}

const memory: { csrf: string | null; language: string; listeners: Set<LineListener> } = {
  csrf: null,
  language: 'zh-CN',
  listeners: new Set(),
}

/** The token of the session answer. It lives in memory only. */
export const rememberCsrf = (token: string | null): void => {
  memory.csrf = token
}

/** The language in which the server words its problems. */
export const speakToServer = (language: string): void => {
  memory.language = language
}

export function onLine(listener: LineListener): () => void {
  memory.listeners.add(listener)
  return () => memory.listeners.delete(listener)
}

/** A key for one deed. Works without a secure context too, where crypto.randomUUID is missing. */
export function newIdempotencyKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}

/** `/api/tasks?state=open&tag=a&tag=b`; absent values are left out. */
export function withQuery(path: string, query: Query = {}): string {
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) {
    if (value === null || value === undefined || value === '') continue
    for (const one of Array.isArray(value) ? value : [value]) search.append(name, String(one))
  }
  const text = search.toString()
  return text ? `${path}?${text}` : path
}

/** The sentence of a problem in the language of the page. */
const sentence = (message: unknown, otherwise: unknown): string => {
  const both = message as { zh?: string; en?: string } | undefined
  return (memory.language === 'en' ? both?.en : both?.zh) ?? (typeof otherwise === 'string' ? otherwise : '')
}

function fieldsOf(problem: Partial<ProblemDocument>): FieldProblem[] {
  return (problem.fields ?? []).map((field) => ({
    path: field.path,
    code: field.code,
    detail: sentence(field.message, ''),
  }))
}

async function errorOf(response: Response): Promise<ApiError> {
  const problem = (await response.json().catch(() => ({}))) as Partial<ProblemDocument>
  return new ApiError({
    status: response.status,
    code: problem.code ?? `http.${response.status}`,
    title: problem.title ?? response.statusText,
    detail: sentence(problem.message, problem.detail),
    fields: fieldsOf(problem),
    where: problem.where ?? null,
  })
}

async function send(method: string, path: string, init: RequestInit): Promise<Response> {
  let response: Response
  try {
    response = await fetch(path, { ...init, method, credentials: 'same-origin' })
  } catch (cause) {
    if (cause instanceof DOMException && cause.name === 'AbortError') throw cause
    for (const listener of memory.listeners) listener.reached?.(false)
    throw new ApiError({ status: 0, code: 'network.unreachable', title: '', detail: '' })
  }
  for (const listener of memory.listeners) listener.reached?.(true)
  if (response.ok) return response
  if (response.status === 401) for (const listener of memory.listeners) listener.signedOut?.()
  throw await errorOf(response)
}

const answerOf = async <T>(response: Response): Promise<T> =>
  (response.status === 204 ? undefined : await response.json()) as T

/** Reads a resource. */
export async function get<T>(
  path: string,
  query?: Query,
  options: { signal?: AbortSignal; headers?: Record<string, string> } = {},
): Promise<T> {
  const headers = { accept: 'application/json', 'accept-language': memory.language, ...options.headers }
  return answerOf<T>(
    await send('GET', withQuery(path, query), { headers, ...(options.signal ? { signal: options.signal } : {}) }),
  )
}

/** Sends a command. JSON, or the raw body when it is form data or a file. */
async function command<T>(method: string, path: string, body: unknown, options: CommandOptions = {}): Promise<T> {
  const raw = body instanceof FormData || body instanceof Blob
  const headers: Record<string, string> = {
    accept: 'application/json',
    'accept-language': memory.language,
    'idempotency-key': options.idempotencyKey ?? newIdempotencyKey(),
    ...(memory.csrf ? { 'x-retour-csrf': memory.csrf } : {}),
    ...(raw || body === undefined ? {} : { 'content-type': 'application/json' }),
    ...(options.version === undefined ? {} : { 'if-match': `"${options.version}"` }),
    ...options.headers,
  }
  const init: RequestInit = { headers, ...(options.signal ? { signal: options.signal } : {}) }
  if (body !== undefined) init.body = raw ? (body as FormData | Blob) : JSON.stringify(body)
  return answerOf<T>(await send(method, path, init))
}

export const post = <T>(path: string, body?: unknown, options?: CommandOptions) =>
  command<T>('POST', path, body, options)
export const put = <T>(path: string, body?: unknown, options?: CommandOptions) => command<T>('PUT', path, body, options)
export const patch = <T>(path: string, body?: unknown, options?: CommandOptions) =>
  command<T>('PATCH', path, body, options)
export const del = <T>(path: string, options?: CommandOptions) => command<T>('DELETE', path, undefined, options)
