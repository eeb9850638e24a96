import { argon2, randomBytes, timingSafeEqual } from 'node:crypto'

/** Memory in KiB, passes and lanes of argon2id; OWASP's second choice, about 60 ms on one core. */
export interface PasswordCost {
  memory: number
  passes: number
  parallelism: number
}

export const defaultPasswordCost: PasswordCost = { memory: 19_456, passes: 2, parallelism: 1 }

const TAG_LENGTH = 32
const VERSION = 19

/** A password as a PHC string, `$argon2id$v=19$m=...,t=...,p=...$salt$hash`. */
export async function hashPassword(password: string, cost: PasswordCost): Promise<string> {
  const salt = randomBytes(16)
  const tag = await derive(password, salt, cost)
  const { memory, passes, parallelism } = cost
  return `$argon2id$v=${VERSION}$m=${memory},t=${passes},p=${parallelism}$${base64(salt)}$${base64(tag)}`
}

/** Whether the password is the one of the PHC string; false for a string that is none. */
export async function verifyPassword(password: string, phc: string): Promise<boolean> {
  const match = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/.exec(phc)
  if (!match) return false
  const [, memory, passes, parallelism, salt, tag] = match as unknown as string[]
  const expected = Buffer.from(tag as string, 'base64')
  const cost = { memory: Number(memory), passes: Number(passes), parallelism: Number(parallelism) }
  const actual = await derive(password, Buffer.from(salt as string, 'base64'), cost)
  return actual.length === expected.length && timingSafeEqual(actual, expected)
}

function derive(password: string, nonce: Buffer, cost: PasswordCost): Promise<Buffer> {
  const message = Buffer.from(password.normalize('NFKC'))
  return new Promise((resolve, reject) => {
    argon2('argon2id', { message, nonce, tagLength: TAG_LENGTH, ...cost }, (error, tag) => {
      if (error) reject(error)
      else resolve(Buffer.from(tag))
    })
  })
}

const base64 = (bytes: Buffer) => bytes.toString('base64').replaceAll('=', '')
