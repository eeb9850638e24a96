import { describe, expect, it } from 'vitest'
import { follow, reconnectDelay } from '../../../client/api/events.ts'

/** An EventSource that the test opens, feeds and breaks. */
function aStream() {
  const sources: {
    url: string
    readyState: number
    closed: boolean
    onopen?: () => void
    onmessage?: (message: { data: string }) => void
    onerror?: () => void
    close(): void
  }[] = []
  const waits: { milliseconds: number; run: () => void }[] = []
  return {
    sources,
    waits,
    options: {
      open(url: string) {
        const source = {
          url,
          readyState: 1,
          closed: false,
          close() {
            source.closed = true
          },
        }
        sources.push(source)
        return source as unknown as EventSource
      },
      wait(milliseconds: number, then: () => void) {
        waits.push({ milliseconds, run: then })
        return () => {}
      },
    },
  }
}

describe('following topics', () => {
  it('hands on what happens and ignores what it cannot read', () => {
    const stream = aStream()
    const heard: unknown[] = []
    follow(['case:S-1', 'tasks'], { event: (event) => heard.push(event) }, stream.options)

    stream.sources[0]!.onmessage!({ data: '{"topic":"case:S-1","type":"moved","data":{"step":"x"}}' })
    stream.sources[0]!.onmessage!({ data: 'not json' })

    expect(stream.sources[0]!.url).toBe('/api/events?topics=case%3AS-1,tasks')
    expect(heard).toEqual([{ topic: 'case:S-1', type: 'moved', data: { step: 'x' } }])
  })

  it('says that the line is back, so that the page reads again what it missed', () => {
    const stream = aStream()
    const heard: string[] = []
    follow(
      ['tasks'],
      { event: () => {}, resumed: () => heard.push('resumed'), line: (up) => heard.push(up ? 'up' : 'down') },
      stream.options,
    )

    stream.sources[0]!.onopen!()
    stream.sources[0]!.readyState = 0
    stream.sources[0]!.onerror!()
    stream.sources[0]!.onopen!()

    expect(heard).toEqual(['up', 'down', 'up', 'resumed'])
  })

  it('opens a new stream, later and later, when the browser has given up', () => {
    const stream = aStream()
    const stop = follow(['tasks'], { event: () => {} }, stream.options)

    for (let attempt = 0; attempt < 3; attempt++) {
      stream.sources.at(-1)!.readyState = 2
      stream.sources.at(-1)!.onerror!()
      stream.waits.at(-1)!.run()
    }

    expect(stream.sources).toHaveLength(4)
    expect(stream.waits.map((wait) => wait.milliseconds)).toEqual([1000, 2000, 4000])
    expect(reconnectDelay(50)).toBe(30_000)

    stop()
    expect(stream.sources.at(-1)!.closed).toBe(true)
  })
})
