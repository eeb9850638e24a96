import type { CaseSummary, StepLogEntry } from '../../../server/contract/cases.ts'
import type { TimelineEntry } from '../../components/RtTimeline.vue'
import type { State } from '../../components/states.ts'

type Step = CaseSummary['steps'][number]

const glyphs: Record<string, State> = { reject: 'rejected', return: 'returned' }

/** How a logged step reads: its glyph, what was done and what was said. */
export function resultOf(step: Pick<StepLogEntry, 'act' | 'result' | 'endedAt'>): {
  state: State
  act: string | null
  text: string
} {
  // A button of the diagram's own stands in the result by its label.
  const act = step.act === 'custom' ? null : step.act
  return {
    state: step.endedAt === null ? 'colleague' : ((act ? glyphs[act] : undefined) ?? 'approved'),
    act,
    text: step.result,
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
