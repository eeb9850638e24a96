/** A command as its sender remembers it: what was asked, how often, and what was answered. */
export interface Asked {
  by: string
  path: string
  key: string
  body: unknown
  headers: Record<string, string>
  /** Requests that got no answer, because the server died. */
  cut: number
  answer: Answer | null
}

export interface Answer {
  status: number
  body: Record<string, unknown>
}

/** Whether the server can be reached; callers without an answer wait for it to come back. */
export function aLine(url: string) {
  let restored = Promise.resolve()
  let restore = () => {}
  let isUp = true
  let inHand = 0
  let tell = () => {}
  let news = new Promise<void>((resolve) => {
    tell = resolve
  })
  return {
    url,
    isUp: () => isUp,
    up: () => restored,
    goesDown() {
      if (!isUp) return
      isUp = false
      restored = new Promise((resolve) => {
        restore = resolve
      })
    },
    /** Keeps count of a command that waits for its answer. */
    async holds<T>(command: Promise<T>): Promise<T> {
      inHand += 1
      try {
        return await command
      } finally {
        inHand -= 1
      }
    },
    isBusy: () => inHand > 0,
    /** Resolves when anybody's next command is answered: before that there is hardly anything new to see. */
    news: () => news,
    tell() {
      tell()
      news = new Promise((resolve) => {
        tell = resolve
      })
    },
    comesBack() {
      isUp = true
      restore()
    },
  }
}

export type Line = ReturnType<typeof aLine>

const mostFailuresWhileUp = 20

/**
 * Somebody who never gives up: a request without an answer is asked again when the server is back, a command in the same
 * words under the same key. Every command is kept in `history`.
 */
export function patientCaller(line: Line, by: string, history: Asked[], headers: Record<string, string> = {}) {
  let keys = 0

  async function request(method: string, path: string, body: unknown, more: Record<string, string>, cut: () => void) {
    for (let failures = 0; failures < mostFailuresWhileUp;) {
      const wasUp = line.isUp()
      try {
        const response = await fetch(line.url + path, {
          method,
          headers: { ...headers, ...more, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
          ...(body === undefined ? {} : { body: JSON.stringify(body) }),
          signal: AbortSignal.timeout(30_000),
        })
        const answer = { status: response.status, body: (await response.json()) as Record<string, unknown> }
        if (answer.body?.['code'] !== 'idempotency.in_flight') return { answer, response }
      } catch (error) {
        if (error instanceof DOMException) throw new Error(`${method} ${path} got no answer for 30 s`, { cause: error })
        cut()
        failures = wasUp && line.isUp() ? failures + 1 : 0
      }
      await line.up()
    }
    throw new Error(`${method} ${path} cannot be sent although the server is there`)
  }

  return {
    by,
    news: line.news,
    get: async (path: string) => (await request('GET', path, undefined, {}, () => {})).answer,
    post: async (path: string, body: unknown, more: Record<string, string> = {}) =>
      (await request('POST', path, body, more, () => {})).answer,
    /** Like `post`, with the whole response, for cookies. */
    signIn: (path: string, body: unknown) => request('POST', path, body, {}, () => {}),
    async command(path: string, body: unknown, more: Record<string, string> = {}): Promise<Answer> {
      const key = `${by}-${String((keys += 1)).padStart(6, '0')}`
      const asked: Asked = { by, path, key, body, headers: { ...headers, ...more }, cut: 0, answer: null }
      history.push(asked)
      const { answer } = await line.holds(
        request('POST', path, body, { ...more, 'idempotency-key': key }, () => (asked.cut += 1)),
      )
      asked.answer = answer
      line.tell()
      return answer
    },
    /** The same command once more, as somebody does who lost the answer. */
    again: async (asked: Asked) =>
      (await request('POST', asked.path, asked.body, { ...asked.headers, 'idempotency-key': asked.key }, () => {}))
        .answer,
  }
}

export type PatientCaller = ReturnType<typeof patientCaller>
