import { isIP } from 'node:net'
import { resolve } from 'node:path'

/** What the environment says, checked and frozen. */
export interface Config {
  port: number
  host: string
  dataDir: string
  /** null: the embedded store in `dataDir`. */
  mongodbUrl: string | null
  /** Address that people open, without a slash at the end; null: the one it listens on. */
  publicUrl: string | null
  /** Cookies and links are for https. */
  secure: boolean
  /** IANA name; days and working hours are told in it. */
  timeZone: string
  logLevel: string
  /** true: the sandbox provider is started with the server; a URL: it runs there as a service of its own. */
  sandboxProvider: boolean | string
  /** Shared with a sandbox provider that runs elsewhere. */
  sandboxSecret: string | null
  /** How many proxies in front are believed about the caller's address. */
  trustProxy: number
  metricsToken: string | null
  /** Requests a minute from one address; 0 switches all limits off (load tests). */
  rateLimit: number
}

type Environment = Record<string, string | undefined>
type Reader<T> = (text: string) => T | null

interface Variable<T> {
  name: string
  otherwise: T
  expects: string
  read: Reader<T>
}

const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']

const wholeNumber =
  (from: number, to: number): Reader<number> =>
  (text) =>
    /^\d+$/.test(text) && Number(text) >= from && Number(text) <= to ? Number(text) : null

const yesOrNo: Reader<boolean> = (text) =>
  ({ '1': true, true: true, on: true, yes: true, '0': false, false: false, off: false, no: false })[
    text.toLowerCase()
  ] ?? null

const host: Reader<string> = (text) => (isIP(text) > 0 || /^[a-z0-9.-]+$/i.test(text) ? text : null)

const httpUrl: Reader<string | null> = (text) =>
  URL.canParse(text) && /^https?:$/.test(new URL(text).protocol) && new URL(text).pathname === '/'
    ? new URL(text).origin
    : null

const timeZone: Reader<string> = (text) => {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: text }).resolvedOptions().timeZone
  } catch {
    return null
  }
}

/** Every variable that the server knows; the table in the README is this one. */
const variables = {
  port: variable('PORT', 3000, 'a port between 0 and 65535', wholeNumber(0, 65_535)),
  host: variable('HOST', '127.0.0.1', 'an address or host name to listen on', host),
  dataDir: variable('DATA_DIR', resolve('data'), 'a folder', (text) => resolve(text)),
  mongodbUrl: variable<string | null>('MONGODB_URL', null, 'an address like mongodb://host/database', (text) =>
    /^mongodb(\+srv)?:\/\/\S+$/.test(text) ? text : null,
  ),
  publicUrl: variable<string | null>('PUBLIC_URL', null, 'an address like https://retour.example.com', httpUrl),
  timeZone: variable('TIME_ZONE', 'Asia/Shanghai', 'a time zone like Asia/Shanghai', timeZone),
  logLevel: variable('LOG_LEVEL', 'warn', `one of ${logLevels.join(', ')}`, (text) =>
    logLevels.includes(text) ? text : null,
  ),
  sandboxProvider: variable<boolean | string>(
    'SANDBOX_PROVIDER',
    true,
    'on, off, or an address like http://127.0.0.1:4000',
    (text) => yesOrNo(text) ?? httpUrl(text),
  ),
  sandboxSecret: variable<string | null>('SANDBOX_SECRET', null, 'at least 16 characters', (text) =>
    text.length >= 16 ? text : null,
  ),
  trustProxy: variable('TRUST_PROXY', 0, 'the number of proxies in front, 0 to 10', wholeNumber(0, 10)),
  metricsToken: variable<string | null>('METRICS_TOKEN', null, 'at least 16 characters', (text) =>
    text.length >= 16 ? text : null,
  ),
  rateLimit: variable('RATE_LIMIT', 1200, 'requests a minute from one address, 0 for no limit', wholeNumber(0, 1e6)),
}

/** Reads the environment once. Throws one error with a sentence for every variable that is wrong. */
export function readConfig(environment: Environment): Readonly<Config> {
  const faults: string[] = []
  const take = <T>({ name, otherwise, expects, read }: Variable<T>): T => {
    const text = environment[name]?.trim() ?? ''
    if (text === '') return otherwise
    const value = read(text)
    if (value === null) faults.push(`${name}: expected ${expects}, but it is "${shown(name, text)}"`)
    return value ?? otherwise
  }
  const publicUrl = take(variables.publicUrl)
  const config: Config = {
    port: take(variables.port),
    host: take(variables.host),
    dataDir: take(variables.dataDir),
    mongodbUrl: take(variables.mongodbUrl),
    publicUrl,
    secure: publicUrl?.startsWith('https://') ?? false,
    timeZone: take(variables.timeZone),
    logLevel: take(variables.logLevel),
    sandboxProvider: take(variables.sandboxProvider),
    sandboxSecret: take(variables.sandboxSecret),
    trustProxy: take(variables.trustProxy),
    metricsToken: take(variables.metricsToken),
    rateLimit: take(variables.rateLimit),
  }
  if (typeof config.sandboxProvider === 'string' && config.sandboxSecret === null)
    faults.push('SANDBOX_SECRET: expected the secret of the sandbox provider that SANDBOX_PROVIDER names')
  if (faults.length > 0) throw new Error(faults.join('\n'))
  return Object.freeze(config)
}

// An address of a database and a token may hold a password.
const shown = (name: string, text: string) => (/URL|TOKEN|SECRET/.test(name) ? '…' : text.slice(0, 60))

function variable<T>(name: string, otherwise: T, expects: string, read: Reader<T>): Variable<T> {
  return { name, otherwise, expects, read }
}
