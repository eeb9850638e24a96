import { ok } from '../../../model/problem.ts'
import type { Act } from '../act.ts'
import { unchanged } from '../task.ts'
import { writable } from './verdict.ts'

/** Keeps what the holder has typed with his item, for his eyes only; nothing is written to the case. */
export const saveDraft: Act = {
  by: 'holder',
  offered: 'work',
  run(act) {
    const draft = writable(act, false)
    if (!draft.ok) return draft
    const { task, input } = act
    return ok({
      ...unchanged({ ...task, drafts: { ...task.drafts, [input.by]: draft.value } }),
      // What was typed stays out of the history, because others read that.
      log: [{ by: input.by, action: 'saveDraft', comment: null, variables: {} }],
    })
  },
}
