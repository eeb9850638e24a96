import type { JsonObject } from '../model/json.ts'
import { elementOf } from './apply.ts'
import { subscriptionIdOf } from './ids.ts'
import type { ElementInstance, SubscriptionState } from './instance.ts'
import { emit } from './run.ts'
import type { Run } from './run.ts'
import { happen } from './triggers.ts'

interface Listener {
  element: ElementInstance
  open: SubscriptionState
}

/** Everything in this instance that waits for a signal of the name, in the order of the file. */
export function listenersOf(run: Run, name: string): Listener[] {
  const { definition, instance } = run
  const order = ({ open }: Listener) => definition.node(open.at)?.index ?? 0
  return [...(instance.root ? [instance.root] : []), ...instance.elements]
    .flatMap((element) =>
      (element.subscriptions ?? [])
        .filter((open) => open.kind === 'signal' && open.name === name)
        .map((open) => ({ element, open })),
    )
    .toSorted((a, b) => order(a) - order(b))
}

/** A signal reaches all that waited for it when it was thrown (BPMN 10.5.1); one may end another. */
export function catchSignal(run: Run, signalId: string, name: string, variables: JsonObject): void {
  const { instance } = run
  for (const { element, open } of listenersOf(run, name)) {
    if (elementOf(instance, element.key) !== element || !element.subscriptions?.includes(open)) continue
    const { key } = element
    const subscriptionId = subscriptionIdOf(instance.id, key, open)
    emit(run, { type: 'signalCaught', key, subscriptionId, elementId: open.at, signalId })
    if (open.once) run.requests.push({ type: 'closeSubscription', subscriptionId })
    happen(run, element, open.at, open.index ?? 0, variables)
  }
}
