import type { Scenario, Step } from '../../../workflows/runtime/scenario/format.ts'
import type { ScenarioFile } from '../../../workflows/runtime/scenario/run-scenario.ts'
import { isExecutable, processesIn, written } from './process-xml.ts'
import type { Part, ProcessXml } from './process-xml.ts'

/** A scenario with the files that it runs on. */
export interface Story {
  scenario: Scenario
  files: ScenarioFile[]
}

/** The same story told otherwise, which must end the same; null where it would mean something else. */
export interface Transformation {
  name: string
  transform(story: Story): Story | null
}

/** What stays with the process when the rest goes elsewhere. */
const ofProcess = new Set([
  'extensionElements',
  'documentation',
  'dataObject',
  'dataObjectReference',
  'dataStoreReference',
  'property',
])

/** What cannot be wrapped: it means the process as a whole. */
const unmovable = new Set(['laneSet', 'ioSpecification', 'correlationSubscription', 'supportedInterfaceRef'])

/** The file and the process that the scenario starts; null when it is not one plain process. */
export function mainOf({ scenario, files }: Story): { file: ScenarioFile; process: ProcessXml } | null {
  const all = files
    .filter(({ name }) => name.endsWith('.bpmn'))
    .flatMap((file) =>
      processesIn(file.content)
        .filter(isExecutable)
        .map((process) => ({ file, process })),
    )
  const named = all.filter(({ process }) => process.id === scenario.process)
  const meant = scenario.process === undefined ? all : named
  return meant.length === 1 ? meant[0]! : null
}

const startsPlainly = ({ steps = [] }: Scenario, id: string) =>
  steps.some((step) => step.start !== undefined) &&
  steps.every(({ start, rejects }) => {
    const told = start ?? rejects?.start
    return told === undefined || (told.element === undefined && (told.process ?? id) === id)
  })

/** Events that begin the process, which must then be plain ones. */
const startsOf = ({ parts }: ProcessXml) => parts.filter(({ name }) => name === 'startEvent')
const isPlainStart = ({ xml }: Part) => !/EventDefinition/.test(xml)

/** A story about one process that is started plainly, from the beginning of its file. */
export function plainStory(story: Story): { file: ScenarioFile; process: ProcessXml } | null {
  if (story.scenario.refused) return null
  const main = mainOf(story)
  if (!main || !startsPlainly(story.scenario, main.process.id)) return null
  const { parts } = main.process
  if (parts.some(({ name }) => unmovable.has(name)) || !startsOf(main.process).every(isPlainStart)) return null
  return parts.some(({ xml }) => /instantiate\s*=\s*"true"/.test(xml)) ? null : main
}

/** The story with the process that it starts changed. */
export function withProcess(story: Story, change: (process: ProcessXml) => Part[] | null): Story | null {
  const main = plainStory(story)
  const parts = main && change(main.process)
  if (!main || !parts) return null
  const content = written({ ...main.process, parts })
  return { ...story, files: story.files.map((file) => (file === main.file ? { ...file, content } : file)) }
}

/** The same, with something more in the file that the process refers to. */
export const withRoot = (
  story: Story,
  root: (prefix: string) => string,
  change: (process: ProcessXml) => Part[] | null,
): Story | null => {
  const changed = withProcess(story, change)
  const main = changed && mainOf(changed)
  if (!changed || !main) return null
  const { process, file } = main
  const content = written({ ...process, before: `${process.before}${root(process.prefix)}\n` })
  return { ...changed, files: changed.files.map((one) => (one === file ? { ...one, content } : one)) }
}

export const part = (xml: string): Part => ({ name: '', id: null, xml })

/** What of a process can stand in a scope of its own, and what stays. */
export function split({ parts }: ProcessXml): { inside: string; outside: Part[] } {
  const outside = parts.filter(({ name }) => ofProcess.has(name))
  const inside = parts.filter(({ name }) => !ofProcess.has(name))
  return { inside: inside.map(({ xml }) => xml).join('\n'), outside }
}

/** The one plain start event of a process. */
export function onlyStart(process: ProcessXml): Part | null {
  const starts = startsOf(process)
  return starts.length === 1 ? starts[0]! : null
}

/** The story with each of its steps changed; a step that is expected to be refused holds another one. */
export const withSteps = (story: Story, change: (step: Step) => Step[]): Story => ({
  ...story,
  scenario: { ...story.scenario, steps: (story.scenario.steps ?? []).flatMap(change) },
})
