import { ok } from '../../../model/problem.ts'
import type { WorkItem } from '../../instance.ts'
import type { Act } from '../act.ts'
import { settle } from '../answer.ts'
import { depthOf } from '../groups.ts'
import { refusals } from '../refusals.ts'
import { named, receiver } from './receiver.ts'

/** How often somebody who was added may add somebody in turn. */
const deepest = 5

/**
 * 加签: others sign before the holder, after his approval or beside him, and count together with him. Nested to a depth
 * of five.
 */
export const addSigner: Act = {
  by: 'holder',
  offered: 'action',
  run({ task, context, input, comment, item }) {
    const to = [...new Set(named(input))]
    if (to.length === 0) return { ok: false, refusal: refusals.userUnknown('') }
    if (depthOf(item!, task.items) >= deepest) return { ok: false, refusal: refusals.signerDepth() }
    for (const id of to) {
      const known = receiver(task, context, id)
      if (!known.ok) return known
    }
    const { position = 'before' } = input
    const signers = to.map((who, index): WorkItem => ({
      id: String(task.items.length + 1 + index),
      who,
      state: 'waiting',
      openedAt: null,
      answeredAt: null,
      comment: null,
      addedBy: input.by,
      under: item!.id,
      position,
    }))
    const holder: WorkItem = position === 'before' ? { ...item!, state: 'waiting' } : item!
    const around = position === 'before' ? [...signers, holder] : [holder, ...signers]
    const items = task.items.flatMap((one) => (one.id === item!.id ? around : [one]))
    const next = { ...task, items, assignee: null }
    const { task: opened } = settle(next, context, { by: input.by, action: input.action, comment })
    return ok({
      task: opened,
      log: [{ by: input.by, action: 'addSigner', comment, to, variables: {} }],
      variables: {},
      notices: [{ to: newlyOpen(task.items, opened.items), why: 'transferred' }],
      outcome: null,
      returnTo: null,
    })
  },
}

/** Who holds an open item now and did not before. */
const newlyOpen = (before: readonly WorkItem[], after: readonly WorkItem[]) => {
  const were = new Set(before.filter((item) => item.state === 'open').map((item) => item.id))
  return after.filter((item) => item.state === 'open' && !were.has(item.id)).map((item) => item.who)
}
