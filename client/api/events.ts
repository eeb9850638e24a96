/** One message of the live stream: which topic changed and what happened there. */
export interface LiveEvent {
  readonly topic: string
  readonly type: string
  readonly data: unknown
}

export interface LiveListener {
  event(event: LiveEvent): void
  /** The line is back after a break: what happened meanwhile is unknown, so read again. */
  resumed?(): void
  /** The line is up (true) or lost (false). */
  line?(up: boolean): void
}

export interface LiveOptions {
  readonly path?: string
  readonly open?: (url: string) => EventSource
  readonly wait?: (milliseconds: number, then: () => void) => () => void
}

const waitWithTimer = (milliseconds: number, then: () => void) => {
  const timer = setTimeout(then, milliseconds)
  return () => clearTimeout(timer)
}

/** How long to wait before the nth attempt to reconnect, in milliseconds. */
export const reconnectDelay = (attempt: number): number => Math.min(30_000, 1_000 * 2 ** Math.min(attempt, 5))

function eventOf(text: string): LiveEvent | null {
  try {
    const value = JSON.parse(text) as Partial<LiveEvent>
    return typeof value.topic === 'string'
      ? { topic: value.topic, type: value.type ?? 'changed', data: value.data ?? null }
      : null
  } catch {
    return null
  }
}

/**
 * Follows topics until the returned function is called. The browser reconnects after a break by itself; when it gives
 * up (the server answered with an error) we open a new stream, later and later.
 */
export function follow(topics: readonly string[], listener: LiveListener, options: LiveOptions = {}): () => void {
  const url = `${options.path ?? '/api/events'}?topics=${topics.map(encodeURIComponent).join(',')}`
  const open = options.open ?? ((address) => new EventSource(address))
  const wait = options.wait ?? waitWithTimer
  let source: EventSource | null = null
  let stopWaiting = () => {}
  let attempt = 0
  let broken = false
  let ended = false

  function connect() {
    const current = open(url)
    source = current
    current.onopen = () => {
      attempt = 0
      listener.line?.(true)
      if (broken) listener.resumed?.()
      broken = false
    }
    current.onmessage = (message) => {
      const event = eventOf(message.data as string)
      if (event) listener.event(event)
    }
    current.onerror = () => {
      broken = true
      listener.line?.(false)
      if (current.readyState !== 2 || ended) return
      current.close()
      stopWaiting = wait(reconnectDelay(attempt++), connect)
    }
  }

  connect()
  return () => {
    ended = true
    stopWaiting()
    source?.close()
  }
}
