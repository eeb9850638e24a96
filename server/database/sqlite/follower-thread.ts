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

/** What is asked, with its answer. */
function answer(said: Exclude<Said, { kind: 'take' }>): Heard {
  switch (said.kind) {
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
  // Records that cannot be read are a bug: nobody waits for an answer, so the thread ends, and the process with it.
  if (said.kind === 'take') return follower.take(said.records)
  try {
    say(answer(said))
  } catch (error) {
    say({ kind: 'failed', trouble: troubleOf(error) })
  }
  if (said.kind === 'end') parentPort?.close()
})
