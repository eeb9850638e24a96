import type { Result } from '../workflows/model/problem.ts'
import { ok, refuse } from '../workflows/model/problem.ts'
import type { FollowUp, Store, Stored } from '../workflows/runtime/ports.ts'

/** What a command decided: the aggregate's next state with what follows, or an answer without any change. */
export type Decision<T, R> = { data: T; followUps: FollowUp[]; answer: R } | { unchanged: true; answer: R }

const attempts = 6

/** Commands of one process on one aggregate stand in line, so that a crowd does not wear out its retries. */
const lines = new WeakMap<Store, Map<string, Promise<unknown>>>()

/**
 * Load, decide, commit; again when another write came first (reliability R6). `decide` is called with a fresh state each time
 * and must not act on anything outside. Refused with `conflict` when the aggregate stays contested.
 */
export async function changeAggregate<T, R>(
  store: Store,
  collection: string,
  id: string,
  decide: (current: Stored<T> | null) => Result<Decision<T, R>> | Promise<Result<Decision<T, R>>>,
): Promise<Result<R>> {
  const mine = lines.get(store) ?? new Map<string, Promise<unknown>>()
  lines.set(store, mine)
  const name = `${collection}/${id}`
  const before = mine.get(name) ?? Promise.resolve()
  const turn = before.then(() => tryToChange(store, collection, id, decide))
  const settled = turn.catch(() => undefined)
  mine.set(name, settled)
  try {
    return await turn
  } finally {
    if (mine.get(name) === settled) mine.delete(name)
  }
}

async function tryToChange<T, R>(
  store: Store,
  collection: string,
  id: string,
  decide: (current: Stored<T> | null) => Result<Decision<T, R>> | Promise<Result<Decision<T, R>>>,
): Promise<Result<R>> {
  for (let attempt = 1; attempt <= attempts; attempt += 1) {
    const current = await store.load<T>(collection, id)
    const decided = await decide(current)
    if (!decided.ok) return decided
    const { value } = decided
    if ('unchanged' in value) return ok(value.answer)
    const result = await store.commit({
      aggregate: { collection, id, expectedVersion: current?.version ?? 0, data: value.data },
      followUps: value.followUps,
    })
    if (result.ok) return ok(value.answer)
    if (result.reason === 'duplicate') break
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 8 * attempt))
  }
  return refuse('conflict', {
    zh: '刚刚有别的操作改动了它，请再试一次。',
    en: 'Expected to be the only one to change this, but somebody else did; please try again.',
  })
}
