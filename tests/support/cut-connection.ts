import { connect, createServer } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'

export interface CutConnection {
  /** The address to use instead of the real one. */
  url: string
  isCut(): boolean
  whenCut: Promise<void>
  /** Nothing passes any more from the client's N-th message on, which never arrives. */
  arm(dieAt: number): void
  close(): Promise<void>
}

/** Stands between a client and a MongoDB, and dies in the middle: what a killed server process leaves behind. */
export async function cutConnection(url: string): Promise<CutConnection> {
  const [, host = '127.0.0.1', port = '27017', path = ''] = /^mongodb:\/\/([^:/]+):(\d+)(\/.*)?$/.exec(url) ?? []
  const sockets = new Set<Socket>()
  let count = 0
  let dieAt = Infinity
  let tellCut = () => {}
  const whenCut = new Promise<void>((resolve) => {
    tellCut = resolve
  })
  const server = createServer((client) => {
    const upstream = connect(Number(port), host)
    for (const socket of [client, upstream]) {
      sockets.add(socket)
      socket.on('error', () => socket.destroy())
      socket.on('close', () => sockets.delete(socket))
    }
    client.on('data', (chunk) => {
      count += 1
      if (count < dieAt) upstream.write(chunk)
      else tellCut()
    })
    upstream.on('data', (chunk) => {
      if (count < dieAt) client.write(chunk)
    })
    client.on('close', () => upstream.destroy())
    upstream.on('close', () => client.destroy())
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  return {
    url: `mongodb://127.0.0.1:${(server.address() as AddressInfo).port}${path}`,
    isCut: () => count >= dieAt,
    whenCut,
    arm(at) {
      count = 0
      dieAt = at
    },
    close: () =>
      new Promise((done) => {
        for (const socket of sockets) socket.destroy()
        server.close(() => done())
      }),
  }
}
