import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openStore } from '../../server/database/store.ts'
import { collections } from '../../server/product.ts'
import { startFailureOf } from '../../server/start-failure.ts'

const folder = mkdtempSync(join(tmpdir(), 'retour-start-'))
const taken = createServer()

beforeAll(() => new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve)))
afterAll(() => {
  taken.close()
  rmSync(folder, { recursive: true })
})

const usualFlags = ['--disallow-code-generation-from-strings', '--disable-proto=delete']

/** The real server with this environment; it is expected to end by itself. */
function start(env: Record<string, string>, flags = usualFlags): Promise<{ code: number | null; said: string }> {
  const given = {
    PORT: '0',
    DATA_DIR: join(folder, 'data'),
    SANDBOX_PROVIDER: 'off',
    MONGODB_URL: '',
    LOG_LEVEL: 'error',
  }
  const server = spawn('node', [...flags, 'server/main.ts'], { env: { ...process.env, ...given, ...env } })
  let said = ''
  for (const stream of [server.stdout, server.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      said += text
    })
  return new Promise((resolve) => server.once('close', (code) => resolve({ code, said })))
}

/** Folders that nothing can be started in. */
const places = {
  file() {
    writeFileSync(join(folder, 'file'), 'x')
    return join(folder, 'file')
  },
  foreign() {
    const place = join(folder, 'foreign')
    mkdirSync(place)
    const database = new DatabaseSync(join(place, 'retour.db'))
    database.exec('CREATE TABLE theirs (a)')
    database.close()
    return place
  },
  garbage() {
    const place = join(folder, 'garbage')
    mkdirSync(place)
    writeFileSync(join(place, 'retour.db'), 'no database at all, but long enough to be looked at'.repeat(20))
    return place
  },
  async newer() {
    const place = join(folder, 'newer')
    await (await openStore({ dataDir: place }, collections)).close()
    const database = new DatabaseSync(join(place, 'retour.db'))
    database.exec(`INSERT INTO migrations VALUES (999, 'of a later release', '')`)
    database.close()
    return place
  },
}

describe('a server that cannot start', () => {
  it.each([
    ['start.environment', async () => ({ PORT: 'abc', TIME_ZONE: 'Mars' })],
    ['start.port_taken', async () => ({ PORT: String((taken.address() as AddressInfo).port) })],
    ['start.host_elsewhere', async () => ({ HOST: '203.0.113.7' })],
    ['start.data_dir_no_folder', async () => ({ DATA_DIR: places.file() })],
    ['start.data_dir_no_folder', async () => ({ DATA_DIR: join(places.file(), 'below') })],
    ['start.database_foreign', async () => ({ DATA_DIR: places.foreign() })],
    ['start.database_unreadable', async () => ({ DATA_DIR: places.garbage() })],
    ['start.data_newer', async () => ({ DATA_DIR: await places.newer() })],
    [
      'start.mongodb_unusable',
      async () => ({ MONGODB_URL: 'mongodb://127.0.0.1:1/retour?serverSelectionTimeoutMS=200' }),
    ],
  ])('ends with 1 and says why in a sentence, without a stack: %s', async (code, environment) => {
    const ended = await start(await environment())

    expect(ended.code).toBe(1)
    expect(ended.said).toMatch(new RegExp(`^Retour cannot start: .+ \\(${code}\\)$`, 'm'))
    expect(ended.said).not.toMatch(/\n\s+at |"stack"/)
  })

  it.each([
    ['all of them', [], ['code from strings', 'eval of strings', 'prototypes by name']],
    ['those against code', ['--disable-proto=delete'], ['code from strings', 'eval of strings']],
    ['that against prototypes', ['--disallow-code-generation-from-strings'], ['prototypes by name']],
  ])('does not start without its flags: %s', async (_, flags, open) => {
    const ended = await start({}, flags)

    expect(ended.code).toBe(1)
    expect(ended.said).toContain(`${open.join(', ')}. (start.without_flags)`)
  })

  it.runIf(process.platform === 'linux')('does not try for ever where no folder can be made', async () => {
    const ended = await start({ DATA_DIR: '/proc/retour' })

    expect([ended.code, ended.said]).toEqual([1, expect.stringContaining('(start.data_dir_not_writable)')])
  })
})

describe('a server that starts', () => {
  it.each([
    ['on its machine alone', '127.0.0.1', /^http:\/\/127\.0\.0\.1:\d+$/],
    // On a machine without a network only its own address is left, and that needs no token.
    ['for others too', '0.0.0.0', /^http:\/\/(127\.0\.0\.1:\d+|(?!0\.0\.0\.0)[\d.]+:\d+\/first-run\?token=[\w-]{24})$/],
  ])('prints an address that can be opened: %s', async (_, host, expected) => {
    const given = { PORT: '0', HOST: host, DATA_DIR: join(folder, host), SANDBOX_PROVIDER: 'off', MONGODB_URL: '' }
    const server = spawn('node', [...usualFlags, 'server/main.ts'], { env: { ...process.env, ...given } })
    let printed = ''
    server.stdout.setEncoding('utf8').on('data', (text: string) => {
      printed += text
      server.kill('SIGTERM')
    })
    const [code] = (await once(server, 'close')) as [number | null]

    expect(code).toBe(0)
    expect(printed.replace(/^Retour |\n$/g, '')).toMatch(expected)
  })
})

describe('an error of the start', () => {
  const place = { port: 80, host: 'shop.example' }

  it.each([
    [{ code: 'EACCES', syscall: 'listen' }, 'start.port_forbidden', '80'],
    [{ code: 'ENOTFOUND', syscall: 'getaddrinfo' }, 'start.host_unknown', 'shop.example'],
    [{ code: 'EAI_AGAIN', syscall: 'getaddrinfo' }, 'start.host_unknown', 'shop.example'],
  ])('is told in words: %j', (error, code, named) => {
    const failure = startFailureOf(error, place)

    expect(failure).toMatchObject({ code, isBug: false })
    expect(failure.sentence).toContain(named)
  })

  it('that nobody foresaw keeps its stack', () => {
    expect(startFailureOf(new TypeError('x is not a function'), place)).toEqual({
      code: 'start.failed',
      sentence: 'x is not a function',
      isBug: true,
    })
  })
})
