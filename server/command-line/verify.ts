import { findLeftovers, findStuckInstances } from '../../workflows/runtime/stuck-instances.ts'
import type { Store } from '../../workflows/runtime/ports.ts'
import { AUDITED_KEY, auditCollection, commandOf } from '../audit/audit.ts'
import { damageOf, hasDatabase } from '../database/sqlite/snapshot.ts'
import { commandsCollection } from '../http/idempotency.ts'
import { findViolations } from '../orders/verify.ts'
import type { CommandLine } from './command.ts'
import { dataPlace, documentsOf, storeAt, type DataPlace } from './open-data.ts'
import { misuse } from './read-arguments.ts'
import { restoredMark, unfinished } from './restored.ts'

interface Check {
  what: string
  /** Each thing that is wrong, in words. */
  find(store: Store, place: DataPlace): Promise<string[]>
}

const checks: Check[] = [
  {
    what: 'the file of the database is whole',
    find: async (_, { dataDir, mongodbUrl }) => (mongodbUrl === null ? damageOf(dataDir) : []),
  },
  {
    what: 'no restore was broken off',
    find: async (store) =>
      (await store.load('settings', unfinished)) === null
        ? []
        : ['a restore did not finish: empty the place and restore once more'],
  },
  {
    what: 'orders, payments, ledger, stock and credit notes agree',
    find: async (store) =>
      (await findViolations(store)).map(
        ({ code, where, message }) => `${where}: ${message.zh} ${message.en} (${code})`,
      ),
  },
  {
    what: 'every running process waits for something',
    find: async (store) =>
      (await findStuckInstances(store)).map(
        ({ businessKey, processInstanceId, processId, startedAt }) =>
          `${businessKey ?? processInstanceId}: the process ${processId}, started ${startedAt}, runs, but nothing and nobody would ever move it`,
      ),
  },
  {
    what: 'ended processes left nothing open',
    find: async (store) =>
      (await findLeftovers(store)).map(
        ({ businessKey, processInstanceId, processId }) =>
          `${businessKey ?? processInstanceId}: the process ${processId} has ended, but a task, job, timer or incident of it is open`,
      ),
  },
  { what: 'every command stands in the audit', find: unaudited },
]

async function unaudited(store: Store): Promise<string[]> {
  const known = new Set<string>()
  for await (const { id } of documentsOf(store, auditCollection.name)) {
    const key = commandOf(id)
    if (key !== null) known.add(key)
  }
  const missing: string[] = []
  for await (const { id, data } of documentsOf<{ state: string; startedAt: string }>(store, commandsCollection.name))
    if (data.state === 'done' && !known.has(id.slice(0, AUDITED_KEY)))
      missing.push(`a command of ${data.startedAt} was carried out, but the audit does not know it (${id})`)
  return missing
}

/** `retour verify`: checks the invariants of the data and says everything that is wrong. Changes nothing of the business. */
export const verify: CommandLine = {
  usage: 'verify',
  summary: 'check the data while the server is stopped, and say what is wrong',
  async run(args, say) {
    if (args.length > 0) return misuse(say, this.usage, `Expected nothing after verify, but got "${args[0]}"`)
    const place = dataPlace()
    if (place.mongodbUrl === null && !hasDatabase(place.dataDir)) {
      say(`Expected a database in ${place.dataDir}, but there is none. DATA_DIR names the folder.`)
      return 1
    }
    const store = await storeAt(place)
    let wrong = 0
    try {
      for (const { what, find } of checks) {
        const found = await find(store, place)
        say(`${found.length === 0 ? 'ok   ' : 'WRONG'} ${what}`)
        for (const line of found) say(`      ${line}`)
        wrong += found.length
      }
      const mark = await restoredMark(store)
      if (mark) {
        const held = mark.releasedAt === null ? `${mark.refundsHeld} refunds are held` : 'refunds are released'
        say(`note  restored ${mark.restoredAt} from a backup of ${mark.backupAt}; ${held}`)
      }
    } finally {
      await store.close()
    }
    say(wrong === 0 ? 'Everything agrees.' : `${wrong} things are wrong.`)
    return wrong === 0 ? 0 : 1
  },
}
