import helmet from 'helmet'
import type { RequestHandler } from 'express'

/**
 * The headers of every answer (ASVS V3). Styles in elements are allowed because the diagram and the component library
 * set them; scripts come from this site alone and nothing is evaluated.
 */
export function securityHeaders(secure: boolean): RequestHandler {
  const headers = headersOf(
    helmet({
      contentSecurityPolicy: {
        useDefaults: false,
        directives: {
          'default-src': ["'none'"],
          'script-src': ["'self'"],
          'style-src': ["'self'", "'unsafe-inline'"],
          'img-src': ["'self'", 'data:', 'blob:'],
          'media-src': ["'self'", 'blob:'],
          'font-src': ["'self'", 'data:'],
          'connect-src': ["'self'"],
          'manifest-src': ["'self'"],
          'worker-src': ["'self'"],
          'object-src': ["'none'"],
          'base-uri': ["'none'"],
          'form-action': ["'self'"],
          'frame-ancestors': ["'none'"],
        },
      },
      strictTransportSecurity: secure ? { maxAge: 31_536_000, includeSubDomains: true } : false,
      // A private link stands in the address: it is told to nobody else.
      referrerPolicy: { policy: 'same-origin' },
      crossOriginOpenerPolicy: { policy: 'same-origin' },
      crossOriginResourcePolicy: { policy: 'same-origin' },
      xFrameOptions: { action: 'deny' },
      xPoweredBy: true,
    }),
  )
  return (_, outgoing, next) => {
    for (const [name, value] of headers) outgoing.setHeader(name, value)
    next()
  }
}

/** What a handler sets on an answer, when it is the same on every one. */
function headersOf(handler: (incoming: never, outgoing: never, next: () => void) => void): Map<string, string> {
  const headers = new Map<string, string>()
  const outgoing = { setHeader: (name: string, value: string) => headers.set(name, value), removeHeader() {} }
  handler({} as never, outgoing as never, () => {})
  return headers
}
