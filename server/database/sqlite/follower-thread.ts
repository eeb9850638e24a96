import { parentPort, workerData } from 'node:worker_threads'
import { createFollower } from './follower.ts'
import { troubleOf } from './follower-line.ts'
import type { Heard, Opening, Said } from './follower-line.ts'
import { connect } from './open-database.ts'

const { path, specs, next, settleMilliseconds } = workerData as Opening
const say = (heard: Heard) => parentPort?.postMessage(heard)
const database = connect(path)
const follower = createFollower(database, specs, {
  next,
  settleMilliseconds,
  onCommit: (needed) => say({ kind: 'committed', needed }),
  onTrouble: (error) => say({ kind: 'troubled', trouble: troubleOf(error) }),
})

/** What is said, done; what there is to answer. */
function listen(said: Said): Heard | null {
  switch (said.kind) {
    case 'take':
      follower.take(said.records)
      return null
    case 'query':
      return { kind: 'rows', rows: follower.query(said.collection, said.sql) }
    case 'forgetMarks':
      follower.forgetMarks(said.before)
      return { kind: 'rows', rows: [] }
    case 'end': {
      const isEmpty = follower.end()
      database.close()
      return { kind: 'ended', isEmpty }
    }
  }
}

parentPort?.on('message', (said: Said) => {
  try {
    const heard = listen(said)
    if (heard) say(heard)
  } catch (error) {
    say({ kind: 'failed', trouble: troubleOf(error) })
  }
  if (said.kind === 'end') parentPort?.close()
})
