import { ref, watch } from 'vue'
import { useI18n } from 'vue-i18n'
import type { Static } from 'typebox'
import { ApiError } from '../../api/api-error.ts'
import { readCaseHistory } from '../../api/cases.ts'
import { useFormat } from '../../components/use-format.ts'
import type { TipFact } from '../../designers/process/tip-fact.ts'
import { localized } from '../../i18n/localized.ts'
import type { CaseDetail, CaseDiagram, CaseHistory } from '../../../server/contract/cases.ts'
import { factsOf, type Fact } from './element-facts.ts'

/** What the case says about each element of its diagram. The history is read when somebody first looks at one. */
export function useElementFacts(
  held: () => CaseDetail | null,
  diagram: () => Static<typeof CaseDiagram> | null,
): { tell(elementId: string, flowsOut: readonly string[]): readonly TipFact[] } {
  const { t, locale } = useI18n()
  const format = useFormat()
  const events = ref<CaseHistory['events'] | null>(null)
  let of: CaseDetail | null = null

  // What was read belongs to a state of the case; the next look reads anew, and shows the old until it is there.
  async function read(detail: CaseDetail) {
    if (of === detail) return
    of = detail
    try {
      const history = await readCaseHistory(detail.summary.caseNo)
      if (of === detail) events.value = history.events
    } catch (error) {
      // What the element is, and what it waits for, is told all the same.
      if (!(error instanceof ApiError)) throw error
      if (of === detail) of = null
    }
  }
  watch(
    () => held()?.summary.caseNo,
    () => (events.value = null),
  )

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
    const detail = held()
    const drawn = diagram()
    if (!detail || !drawn) return []
    void read(detail)
    const isOpen = detail.summary.state === 'open'
    return factsOf({ diagram: drawn, waits: detail.waits, events: events.value, isOpen }, elementId, flowsOut).map(say)
  }

  return { tell }
}
