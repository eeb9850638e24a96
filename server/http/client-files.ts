import { existsSync } from 'node:fs'
import { join } from 'node:path'
import express, { Router } from 'express'

/**
 * The built client. Hashed assets are kept by the browser for ever, the page itself is asked for anew; every address
 * that is no file is a page of the client's own router.
 */
export function clientFiles(folder: string): Router {
  const router = Router()
  const page = join(folder, 'index.html')
  router.use('/assets', express.static(join(folder, 'assets'), { immutable: true, maxAge: '365d', index: false }))
  router.use(express.static(folder, { index: false, maxAge: 0, dotfiles: 'ignore' }))
  router.get('/{*path}', (incoming, outgoing, next) => {
    const asksForPage = !incoming.path.startsWith('/api/') && !/\.[a-z0-9]{1,8}$/i.test(incoming.path)
    if (!asksForPage || !existsSync(page)) {
      next()
      return
    }
    outgoing.setHeader('Cache-Control', 'no-cache')
    outgoing.sendFile(page)
  })
  return router
}
