import type { Config } from './config.ts'

/** Why the server cannot start: a stable code, and a sentence for the operator. */
export interface StartFailure {
  code: string
  sentence: string
  /** Nobody foresaw it, so the stack is worth reading. */
  isBug: boolean
}

type Place = Pick<Config, 'port' | 'host'>

/** What listening is refused with, by the operating system's code. */
const listening: Record<string, { code: string; say: (place: Place) => string }> = {
  EADDRINUSE: {
    code: 'start.port_taken',
    say: ({ port, host }) =>
      `PORT: expected a free port, but ${port} on ${host} is taken. Stop what listens there, or set PORT to another (0 takes a free one).`,
  },
  EACCES: {
    code: 'start.port_forbidden',
    say: ({ port }) => `PORT: expected a port that this user may use, but ${port} is not allowed; take one above 1023.`,
  },
  EADDRNOTAVAIL: {
    code: 'start.host_elsewhere',
    say: ({ host }) => `HOST: expected an address of this machine, but ${host} is none.`,
  },
  ENOTFOUND: {
    code: 'start.host_unknown',
    say: ({ host }) => `HOST: expected an address or a known name, but ${host} cannot be found.`,
  },
}
const alsoUnknown = new Set(['EAI_AGAIN', 'EAI_FAIL'])

/** Something that the flags of `npm start` take away is there: code from strings, prototypes by name. */
export const startedWithoutFlags = (open: readonly string[]): Error =>
  Object.assign(
    new Error(
      `Expected to be started by "npm start" or "npx retour start", but without their flags this process allows ${open.join(', ')}.`,
    ),
    { code: 'start.without_flags' },
  )

/** Reads an error of the start. What is thrown with a code of ours carries its own sentence. */
export function startFailureOf(error: unknown, place: Place): StartFailure {
  const { code, syscall, message } = (error ?? {}) as { code?: unknown; syscall?: unknown; message?: unknown }
  const known = alsoUnknown.has(String(code)) ? 'ENOTFOUND' : String(code)
  const refused = syscall === 'listen' || syscall === 'getaddrinfo' ? listening[known] : undefined
  if (refused) return { code: refused.code, sentence: refused.say(place), isBug: false }
  const sentence = typeof message === 'string' ? message : String(error)
  if (typeof code === 'string' && code.startsWith('start.')) return { code, sentence, isBug: false }
  return { code: 'start.failed', sentence, isBug: true }
}
