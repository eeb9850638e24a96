import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { buffer } from 'node:stream/consumers'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { backup } from '../../../server/command-line/backup.ts'
import type { CommandLine } from '../../../server/command-line/command.ts'
import { restore } from '../../../server/command-line/restore.ts'
import { start } from '../../../server/command-line/start.ts'
import { user } from '../../../server/command-line/user.ts'
import { verify } from '../../../server/command-line/verify.ts'
import { readSnapshot } from '../../../server/database/sqlite/snapshot.ts'
import { openStore } from '../../../server/database/store.ts'
import { createDiskBlobs } from '../../../server/files/blobs.ts'
import { collections } from '../../../server/product.ts'
import { jobFollowUp } from '../../../workflows/runtime/documents.ts'
import type { JobDocument } from '../../../workflows/runtime/face.ts'
import type { Store } from '../../../workflows/runtime/ports.ts'
import { aNewOrder, must } from '../../support/an-order.ts'
import { anApp } from '../../support/app.ts'
import { aProductOn } from '../../support/installed-product.ts'
import { freshMongoUrl, hasMongo } from '../../support/mongo-database.ts'

const folder = mkdtempSync(join(tmpdir(), 'retour-operations-'))
const shop = join(folder, 'shop')
const saved = join(folder, 'saved.retour')
let places = 0
const newPlace = () => join(folder, `place-${(places += 1)}`)

async function output(command: CommandLine, dataDir: string, ...args: string[]) {
  vi.stubEnv('DATA_DIR', dataDir)
  const lines: string[] = []
  const code = await command.run(args, (line) => lines.push(line))
  return { code, text: lines.join('\n') }
}

function retour(dataDir: string, args: string[], input = '') {
  const env = { ...process.env, DATA_DIR: dataDir, SANDBOX_PROVIDER: 'off', MONGODB_URL: '' }
  const { status, stdout, stderr } = spawnSync('node', ['server/command-line/retour.ts', ...args], {
    env,
    input,
    encoding: 'utf8',
  })
  return { code: status, text: stdout + stderr }
}

const withStore = async <T>(dataDir: string, work: (store: Store) => Promise<T>): Promise<T> => {
  const store = await openStore({ dataDir }, collections)
  try {
    return await work(store)
  } finally {
    await store.close()
  }
}

const documents = (dataDir: string) =>
  [
    ...readSnapshot(
      dataDir,
      collections.map(({ name }) => name),
    ),
  ].filter((line) => !('collection' in line && line.collection === 'settings'))

/** A shop with the pack, an order, a file, and a refund that is under way. */
async function fill(store: Store, dataDir: string): Promise<void> {
  const { packs, shop: sells, runtime } = await aProductOn(store, {}, '2026-11-25T11:00:00.000Z')
  must(await packs.install('after-sales', { sampleData: false, by: 'test' }))
  const goods = { sku: 'SKU-1', warehouse: 'WH1', name: '杯子', document: 'IN-1', effect: 'opening', quantity: 9 }
  must(await sells.stock.receive(goods))
  must(await sells.orders.place(aNewOrder({ orderNo: 'SO261112-0427' })))
  await runtime.settle()
  const refund = { id: 'refund-1', jobType: 'refund.reconcile', variables: {}, dueAt: '2026-11-25T11:10:00.000Z' }
  const file = { name: '照片.png', state: 'attached', subject: 'order:SO261112-0427', owner: 'user:li', size: 5 }
  await store.commit({
    aggregate: { collection: 'files', id: 'file-0001', expectedVersion: 0, data: file },
    followUps: [jobFollowUp(refund)],
  })
  await createDiskBlobs(join(dataDir, 'files')).write('file-0001', Buffer.from('bytes'))
  await runtime.stop()
}

beforeAll(async () => {
  vi.stubEnv('MONGODB_URL', '')
  const store = await openStore({ dataDir: shop }, collections)
  await fill(store, shop)
  // The shop is open, and its backup is taken beside it.
  const taken = await output(backup, shop, saved)
  await store.close()
  if (taken.code !== 0) throw new Error(taken.text)
}, 60_000)
beforeEach(() => void vi.stubEnv('MONGODB_URL', ''))
afterAll(() => {
  vi.unstubAllEnvs()
  rmSync(folder, { recursive: true, force: true })
})

describe('retour backup and restore', () => {
  it('brings everything back into an empty folder, as it was while the shop was open', async () => {
    const place = newPlace()

    const restored = await output(restore, place, saved)

    expect(restored).toMatchObject({ code: 0 })
    const before = documents(shop).filter((line) => !('id' in line && line.id === 'refund-1'))
    const after = documents(place).filter((line) => !('id' in line && line.id === 'refund-1'))
    expect(after).toEqual(before)
    expect(before.length).toBeGreaterThan(20)
    const bytes = await createDiskBlobs(join(place, 'files')).read('file-0001')
    expect((await buffer(bytes!)).toString()).toBe('bytes')
    expect(await output(verify, place)).toMatchObject({ code: 0, text: expect.stringContaining('1 refunds are held') })
  })

  it('holds the refunds that were under way until a person lets them go', async () => {
    const place = newPlace()
    await output(restore, place, saved)
    const refund = () => withStore(place, (store) => store.load<JobDocument>('jobs', 'refund-1'))

    expect((await refund())?.data).toMatchObject({ state: 'waiting', dueAt: expect.stringMatching(/^9999/) })
    const released = await output(restore, place, '--release-refunds')

    expect(released).toEqual({ code: 0, text: '1 refunds go on when the server is started.' })
    expect(Date.parse((await refund())!.data.dueAt)).toBeLessThanOrEqual(Date.now())
    expect((await output(verify, place)).text).toContain('refunds are released')
  })

  it('touches no data that are there already', async () => {
    const before = documents(shop)

    expect(await output(restore, shop, saved)).toMatchObject({ code: 1, text: expect.stringContaining('nothing was') })
    expect(await output(backup, shop, saved)).toMatchObject({ code: 1, text: expect.stringContaining('there already') })
    expect(await output(restore, shop, '--release-refunds')).toMatchObject({ code: 1 })
    expect(documents(shop)).toEqual(before)
  })

  it.each([
    ['is cut off', (file: string) => truncateSync(file, 2000)],
    ['is something else', (file: string) => writeFileSync(file, 'PK not a backup')],
  ])('leaves an empty place empty when the backup %s', async (_, damage) => {
    const place = newPlace()
    const damaged = join(folder, 'damaged.retour')
    writeFileSync(damaged, readFileSync(saved))
    damage(damaged)

    await expect(output(restore, place, damaged)).rejects.toThrow(/Expected a (whole )?backup/)

    expect(await output(restore, place, saved)).toMatchObject({ code: 0 })
  })

  it.skipIf(!hasMongo())('moves a shop to MongoDB and back', async () => {
    const url = freshMongoUrl()
    vi.stubEnv('MONGODB_URL', url)
    const there = await output(restore, newPlace(), saved)
    const again = join(folder, 'from-mongodb.retour')
    const taken = await output(backup, newPlace(), again)
    vi.stubEnv('MONGODB_URL', '')
    const place = newPlace()
    const back = await output(restore, place, again)

    expect([there.code, taken.code, back.code]).toEqual([0, 0, 0])
    const sorted = (dataDir: string) =>
      documents(dataDir)
        .filter((line) => 'id' in line && line.id !== 'refund-1')
        .map((line) => JSON.stringify(line))
        .toSorted()
    expect(sorted(place)).toEqual(sorted(shop))
  })
})

describe('retour verify', () => {
  it('finds nothing wrong with a sound shop', async () => {
    expect(await output(verify, shop)).toMatchObject({ code: 0, text: expect.stringMatching(/Everything agrees\.$/) })
  })

  it('says what is wrong in words, and fails', async () => {
    const place = newPlace()
    await output(restore, place, saved)
    const database = new DatabaseSync(join(place, 'retour.db'))
    database.exec(`UPDATE "stockLevels" SET data = json_set(data, '$.reserved', 7)`)
    database.close()

    const { code, text } = await output(verify, place)

    expect(code).toBe(1)
    expect(text).toMatch(/WRONG orders, payments, ledger, stock/)
    expect(text).toMatch(/SKU-1@WH1/)
    expect(text).toMatch(/\d things are wrong\.$/)
  })

  it.skipIf(process.env['STORE'] === 'mongodb')(
    'finds every command that came over HTTP in the audit, and says which one the audit has lost',
    async () => {
      const place = newPlace()
      const app = await anApp({ dataDir: place })
      const admin = await app.as('chief')
      expect((await admin.command('/api/studio/resources', { kind: 'form', name: '退货申请' })).status).toBe(200)
      const copy = newPlace()
      cpSync(place, copy, { recursive: true })

      const whole = await output(verify, copy)
      const database = new DatabaseSync(join(copy, 'retour.db'))
      database.exec(`DELETE FROM audit WHERE id LIKE 'command-%'`)
      database.close()
      const lost = await output(verify, copy)

      expect(whole.text).toMatch(/ok +every command stands in the audit/)
      expect(lost).toMatchObject({ code: 1, text: expect.stringMatching(/WRONG every command stands in the audit/) })
    },
  )

  it('says so when a server works on the data, and when there is none', async () => {
    await withStore(shop, async () => {
      await expect(output(verify, shop)).rejects.toThrow(/Another Retour server/)
    })
    expect(await output(verify, newPlace())).toMatchObject({ code: 1, text: expect.stringContaining('there is none') })
  })
})

describe('retour user', () => {
  it('adds a user, gives a new password and lists everybody', async () => {
    const place = newPlace()
    await output(restore, place, saved)
    const add = ['user', 'add', '林知夏', '--username', 'lin', '--roles', 'cs-cancel', '--password-stdin']

    const added = retour(place, add, 'a phrase of my own\n')
    const twice = retour(place, add, 'a phrase of my own\n')
    const weak = retour(place, ['user', 'password', 'lin', '--password-stdin'], 'short\n')
    const changed = retour(place, ['user', 'password', 'lin', '--password-stdin'], 'another phrase\n')
    const listed = retour(place, ['user', 'list'])

    expect([added.code, twice.code, weak.code, changed.code]).toEqual([0, 1, 1, 0])
    expect(listed.text).toMatch(/lin +林知夏 +cs-cancel/)
    expect(added.text + twice.text + changed.text).not.toMatch(/phrase/)
  }, 60_000)
})

describe('npx retour', () => {
  it('lists every command in plain words', () => {
    const { code, text } = retour(newPlace(), ['--help'])

    expect(code).toBe(0)
    for (const name of ['start', 'verify', 'user', 'backup', 'restore', 'test', 'check', 'pack'])
      expect(text).toContain(`\n  ${name}`)
  })

  it('says that it does not know a command', () => {
    expect(retour(newPlace(), ['launch'])).toMatchObject({ code: 2, text: expect.stringContaining('"launch"') })
  })

  it.each([
    [verify, ['--fast'], '--fast'],
    [backup, ['--to', 'x'], '--to'],
    [backup, [], 'npx retour backup <file>'],
    [restore, [], 'npx retour restore <file>'],
    [user, ['remove', 'lin'], 'npx retour user add'],
    [start, ['--port'], '--port'],
  ])('says what it did not understand, and how it is called', async (command, args, text) => {
    const place = newPlace()

    const said = await output(command, place, ...args)

    expect(said).toMatchObject({ code: 2, text: expect.stringContaining(text) })
    expect(existsSync(place)).toBe(false)
  })

  it('starts the server and stops it when told to', async () => {
    const env = { ...process.env, DATA_DIR: newPlace(), PORT: '0', MONGODB_URL: '' }
    const child = spawn('node', ['server/command-line/retour.ts', 'start'], {
      env,
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const [line] = (await once(child.stdout, 'data')) as [Buffer]
    child.kill('SIGTERM')
    const [code] = (await once(child, 'close')) as [number]

    expect(line.toString()).toMatch(/^Retour http:\/\/127\.0\.0\.1:\d+/)
    expect(code).toBe(0)
  }, 60_000)
})
