import type { CaseSummary, StepLogEntry } from '../../../server/contract/cases.ts'
import type { TimelineEntry } from '../../components/RtTimeline.vue'
import type { State } from '../../components/states.ts'

type Step = CaseSummary['steps'][number]

/** The result of an act as the log writes it: the act, a colon, the comment. */
const acted = /^([a-zA-Z]+)(?:: ([\s\S]*))?$/

const glyphs: Record<string, State> = { reject: 'rejected', return: 'returned' }

/** How a logged step reads: its glyph, and what came of it without the act's technical name. */
export function resultOf(step: Pick<StepLogEntry, 'result' | 'endedAt' | 'kind'>): {
  state: State
  act: string | null
  text: string
} {
  const match = step.kind === 'userTask' ? acted.exec(step.result) : null
  const act = match?.[1] ?? null
  return {
    state: step.endedAt === null ? 'colleague' : ((act ? glyphs[act] : undefined) ?? 'approved'),
    act,
    text: match ? (match[2] ?? '') : step.result,
  }
}

/** The steps of a case as a timeline; whoever reads sees which open step waits for him. */
export function timelineOf(
  steps: readonly StepLogEntry[],
  words: {
    waits(step: Step | undefined): { text: string; mine: boolean }
    duration(milliseconds: number): string
    waited(since: string): string
    act(name: string): string
    automatic: string
  },
  open: readonly Step[],
): TimelineEntry[] {
  return steps.map((step, index) => {
    const result = resultOf(step)
    const waiting = step.endedAt === null
    const holder = waiting ? words.waits(open.find(({ elementId }) => elementId === step.elementId)) : null
    const person = step.kind === 'userTask'
    const said = [result.act && person ? words.act(result.act) : '', result.text].filter(Boolean).join(' · ')
    return {
      id: `${step.elementId}:${step.startedAt}:${index}`,
      state: holder?.mine ? 'mine' : result.state,
      title: step.name,
      who: holder ? (person ? holder.text : '') : (step.who ?? words.automatic),
      text: said,
      duration: waiting
        ? words.waited(step.startedAt)
        : words.duration(Date.parse(step.endedAt ?? step.startedAt) - Date.parse(step.startedAt)),
      at: step.startedAt,
    }
  })
}
