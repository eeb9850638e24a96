import { ref } from 'vue'
import { useI18n } from 'vue-i18n'
import { ApiError } from '../../api/api-error.ts'
import { useFormat } from '../../components/use-format.ts'
import type { TipFact } from '../../designers/process/tip-fact.ts'
import { localized } from '../../i18n/localized.ts'
import type { CaseHistory } from '../../../server/contract/cases.ts'
import { factsOf, type CaseStory, type Fact } from './element-facts.ts'

type Story = Omit<CaseStory, 'events'>
type Events = CaseHistory['events']

/**
 * What a case, or a run, says about each element of its diagram. The history is read when somebody first looks at one;
 * without a way to read it the rest is told.
 */
export function useElementFacts(
  story: () => Story | null,
  readEvents?: () => Promise<Events>,
): { tell(elementId: string, flowsOut: readonly string[]): readonly TipFact[] } {
  const { t, locale } = useI18n()
  const format = useFormat()
  const events = ref<Events | null>(null)
  let of: Story['diagram'] | null = null

  // What was read belongs to a state of the case; the next look reads anew, and shows the old until it is there.
  async function read(diagram: Story['diagram']) {
    if (of === diagram || !readEvents) return
    of = diagram
    try {
      const found = await readEvents()
      if (of === diagram) events.value = found
    } catch (error) {
      // What the element is, and what it waits for, is told all the same.
      if (!(error instanceof ApiError)) throw error
      if (of === diagram) of = null
    }
  }

  function say(fact: Fact): TipFact {
    switch (fact.kind) {
      case 'stuck':
        return { text: localized(fact.text, locale.value), tone: 'stuck' }
      case 'waits':
        return { text: localized(fact.text, locale.value), tone: 'now' }
      case 'then':
      case 'meanwhile':
        return { text: localized(fact.text, locale.value) }
      case 'happened':
        return { text: localized(fact.text, locale.value), at: fact.at }
      case 'passed': {
        const length = fact.milliseconds >= 1_000 ? format.duration(fact.milliseconds) : ''
        const many = fact.count > 1 ? 'Often' : ''
        return { text: t(`cases.tip.passed${many}${length ? 'Long' : ''}`, { count: fact.count, length }) }
      }
      case 'ahead':
      case 'never':
        return { text: t(`cases.tip.${fact.kind}`) }
    }
  }

  function tell(elementId: string, flowsOut: readonly string[]): readonly TipFact[] {
    const known = story()
    if (!known) return []
    void read(known.diagram)
    return factsOf({ ...known, events: events.value }, elementId, flowsOut).map(say)
  }

  return { tell }
}
