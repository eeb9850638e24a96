import { faultsIn } from './planted.ts'
import type { PlantedPart, Row } from './planted.ts'

const unit = (...names: string[]) => names.map((name) => `tests/workflows/runtime/${name}.test.ts`)

const runtimeRows: Row[] = [
  [
    'jobs.ts',
    'if (!holdsLease(document) && (await isStale(document, version)))',
    'if (!holdsLease(document) && isStale === undefined)',
    'no-fence: two workers finish one job',
    unit('jobs'),
  ],
  [
    'jobs.ts',
    'attempts: document.attempts + 1,',
    'attempts: document.attempts,',
    'attempts-at-fail: what takes the server down is tried for ever',
    unit('jobs'),
  ],
  [
    'jobs.ts',
    'lapses >= poisonousLapses || ',
    '',
    'a job that took the server down three times is given out again',
    unit('jobs'),
  ],
  [
    'jobs.ts',
    'outcome.final || document.attempts >= document.retries',
    'document.attempts >= document.retries',
    'a final answer is asked for again',
    unit('jobs'),
  ],
  [
    'jobs.ts',
    'document.effectKey ?? document.id',
    'document.id',
    'fresh-key: a further job of the same effect pays again',
    unit('jobs', 'runtime'),
  ],
  [
    'messages.ts',
    'if (grew && !(await write(stored, { ...stored.data, claims })).ok) continue',
    'if (grew && !(await write(stored, { ...stored.data, claims: claims.map((one) => ({ ...one, delivered: true })) })).ok) continue',
    'mark-first: a message counts as delivered before it is',
    unit('messages'),
  ],
  [
    'pump.ts',
    'if (made.length > 0) await settle()',
    '',
    'what a kept message sets going after a crash is left standing',
    unit('messages'),
  ],
  [
    'messages.ts',
    "(await store.load('acts', mark))\n",
    "(await store.load('acts', `${mark}!`))\n",
    'a message is handed over twice after a crash',
    unit('messages'),
  ],
  [
    'runtime.ts',
    'const duration = timeToLive === null ? null : parseDuration(timeToLive)',
    "const duration = timeToLive === null ? null : parseDuration('P10Y')",
    'message-ttl-ignored: a message that has expired reaches somebody who waits later',
    unit('messages'),
  ],
  [
    'messages.ts',
    'if (!has(processId) && !closed.has(subscriptionId))',
    'if (!closed.has(subscriptionId))',
    'a message goes to every case of a process',
    unit('messages'),
  ],
  [
    'signals.ts',
    'if (data.processInstanceId !== thrownBy) waiting',
    'if (data.processInstanceId) waiting',
    'the thrower of a signal has it twice',
    unit('signals'),
  ],
  [
    'signals.ts',
    "(await store.load('acts', mark)) ? ok(null)",
    "(await store.load('acts', `${mark}!`)) ? ok(null)",
    'a signal is handed over twice after a crash',
    unit('signals'),
  ],
  [
    'timers.ts',
    'const followUps: FollowUp[] = [gone(timerId, data)]',
    'const followUps: FollowUp[] = []',
    'a fired timer stays in the store',
    unit('timers'),
  ],
  [
    'timers.ts',
    'next.timerId, data: next })',
    'timerId, data: next })',
    'a cyclic start is forgotten after its first time',
    unit('timers'),
  ],
  [
    'timers.ts',
    "sort: [['dueAt', 1]], limit: batch",
    "sort: [['dueAt', -1]], limit: batch",
    'of many overdue timers the newest fires first',
    unit('timers'),
  ],
  [
    'timers.ts',
    "result.refusal.code !== 'instance.busy'",
    "result.refusal.code !== ''",
    'a deadline is thrown away because its case is busy',
    unit('advance'),
  ],
  [
    'gatherings.ts',
    'if (before.counted.includes(id)) return before',
    '',
    'the same message counts for two triggers of a start',
    unit('messages'),
  ],
  [
    'errands.ts',
    '    await carryOut(`${calledId}:start`)\n',
    '',
    'a process is started after its caller has canceled it',
    unit('calls'),
  ],
  [
    'advance.ts',
    'const attempts = 5',
    'const attempts = 1',
    'a case is called busy at the first conflict',
    unit('advance'),
  ],
  [
    'advance.ts',
    'const manyEvents = limits.events / 5',
    'const manyEvents = limits.events * 100',
    'history-unbounded: nobody hears of a case that goes on and on',
    unit('advance'),
  ],
  [
    'advance.ts',
    'for (const { id } of made) jobs.release(id)',
    'void made',
    'a hand is lost with each commit that fails',
    unit('advance'),
  ],
  [
    'history.ts',
    'unpack(packed, data.first + index, data.at)',
    'unpack(packed, data.first, data.at)',
    'the events of one commit have one number',
    unit('runtime'),
  ],
  [
    'history.ts',
    'if (data.processInstanceId !== processInstanceId) continue',
    '',
    'a case has the history of another one',
    unit('calls', 'runtime'),
  ],
  [
    'history.ts',
    'if (Object.keys(event).length > plainMove) {',
    'if (Object.keys(event).length > plainMove + 1) {',
    'a history forgets the flow by which an element was entered',
    ['tests/histories/histories.test.ts'],
  ],
  [
    'stuck-instances.ts',
    'conditions !== undefined || ',
    '',
    'a case that waits for a condition is reported as stuck',
    unit('stuck-instances'),
  ],
]

const modelRows: Row[] = [
  [
    'model/read-bpmn.ts',
    "if (problems.some(({ severity }) => severity === 'error')) return { ok: false, problems, readable: definitions }",
    '',
    'moddle-warnings-ignored: half of a diagram is published',
    ['tests/workflows/model/bad-input.test.ts'],
  ],
  [
    'expressions/zones.ts',
    '}).toZonedDateTime(zone)',
    "}).toZonedDateTime(zone, { disambiguation: 'earlier' })",
    'dst-gap-skips: a time that the clocks skip comes an hour early',
    ['tests/workflows/engine/timers.test.ts'],
  ],
  [
    'expressions/zones.ts',
    '  }).toZonedDateTime(zone)',
    "  }).toZonedDateTime(zone, { disambiguation: 'later' })",
    'a time that comes twice is taken for the second',
    ['tests/workflows/engine/timers.test.ts'],
  ],
]

const storeTests = ['tests/server/database/sqlite-store.test.ts']

const storeRows: Row[] = [
  [
    'sqlite/sqlite-store.ts',
    'before.buried || (before.exists ? before.version : 0) !== expectedVersion',
    'before.buried',
    'fence-not-checked: the later writer wins',
    storeTests,
  ],
  [
    'sqlite/open-database.ts',
    'PRAGMA synchronous = FULL',
    'PRAGMA synchronous = NORMAL',
    'sync-normal: an answer leaves before it is on disk',
    ['tests/server/database/open-database.test.ts'],
  ],
  [
    'sqlite/sqlite-store.ts',
    'for (const followUp of followUps) follow(followUp)',
    '',
    'split-transaction: what follows from a command is lost',
    storeTests,
  ],
  [
    'sqlite/sqlite-store.ts',
    "if (before.buried || (before.exists && (kind === 'insert' || before.revision >= revision))) return",
    "if (before.exists && (kind === 'insert' || before.revision >= revision)) return",
    'a late write revives what was removed',
    storeTests,
  ],
  [
    'sqlite/sqlite-store.ts',
    "(kind === 'insert' || before.revision >= revision)",
    "kind === 'insert'",
    'an older picture of a task replaces the newer one',
    storeTests,
  ],
  [
    'sqlite/sqlite-store.ts',
    'for (const { text } of position.records) for (const state of readRecord(text)) tables.settle(state, false)',
    'for (const { text } of position.records) if (text === "") for (const state of readRecord(text)) tables.settle(state, false)',
    'what stood only in the journal is gone after a crash',
    ['tests/server/database/journal.test.ts'],
  ],
]

const journalTests = ['tests/server/database/journal-files.test.ts', 'tests/server/database/journal.test.ts']

const journalRows: Row[] = [
  [
    'sqlite/journal-files.ts',
    'if (bytes.length <= small) disk.fdatasyncSync(file.descriptor)',
    '',
    'an answer leaves before its record is durable',
    journalTests,
  ],
  [
    'sqlite/journal-files.ts',
    'else disk.fdatasync(file.descriptor, kept)',
    'else setImmediate(kept, null)',
    'the answers of a batch leave before their record is durable',
    journalTests,
  ],
  [
    'sqlite/journal-files.ts',
    '|| checksumOf(body, number) !== head[3]',
    '',
    'a record that was cut off counts',
    journalTests,
  ],
  [
    'sqlite/journal-files.ts',
    'const free = files.filter((file) => file.last < number)',
    'const free = files.filter((file) => file.last <= number)',
    'a record that the tables lack is written over',
    journalTests,
  ],
  [
    'sqlite/sqlite-store.ts',
    'files.write(record, (error) => {',
    'follower.take(record); files.write(record, (error) => {',
    'split-record: after a crash the tables have half of a commit',
    journalTests,
  ],
  [
    'sqlite/sqlite-store.ts',
    'while (pending && isWriting() && journal.isNoted(pending)) {',
    'while (pending && isWriting() && !pending) {',
    'somebody is shown what is not durable yet',
    journalTests,
  ],
  [
    'sqlite/follower.ts',
    'if (record < first && record !== settled) first = record',
    '',
    'the journal forgets what no table has',
    journalTests,
  ],
  [
    'sqlite/journal.ts',
    'if (document.record < needed) drop(document)',
    'drop(document)',
    'the memory forgets a change that its table lacks',
    journalTests,
  ],
  [
    'sqlite/follower.ts',
    'const fresh = state.version === 1 && state.json !== null',
    'const fresh = true',
    'the items of lists that a document had before stay',
    journalTests,
  ],
]

/** Faults in what keeps the promises to those outside: jobs, timers, messages, histories. */
export const runtime: PlantedPart = {
  name: 'runtime',
  checks: [],
  faults: [...faultsIn('workflows/runtime', runtimeRows), ...faultsIn('workflows', modelRows)],
}

/** Faults in the embedded store. */
export const database: PlantedPart = {
  name: 'store',
  checks: [],
  faults: faultsIn('server/database', [...storeRows, ...journalRows]),
}
