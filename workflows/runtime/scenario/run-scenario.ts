import { normalInstant } from '../../engine/instants.ts'
import type { Problem } from '../../model/problem.ts'
import type { Resource, ResourceKind } from '../face.ts'
import { elementsNamed, orphansOf } from './expectation.ts'
import type { Scenario } from './format.ts'
import { perform } from './perform.ts'
import { createWorld, type World } from './world.ts'

export interface ScenarioFile {
  /** As the scenario names it. */
  name: string
  content: string
}

export interface ScenarioResult {
  title: string
  ok: boolean
  /** Number of the step that failed, counted from 1; 0 is the deployment. null when all went well. */
  step: number | null
  /** What was different; empty when all went well. */
  message: string
}

const kinds: readonly [suffix: string, kind: ResourceKind][] = [
  ['.bpmn', 'process'],
  ['.dmn', 'decision'],
  ['.json', 'form'],
]

/** What a file is, by its name; null for something that cannot be published. */
export const kindOf = (name: string): ResourceKind | null =>
  kinds.find(([suffix]) => name.toLowerCase().endsWith(suffix))?.[1] ?? null

/** Runs a scenario on the real runtime, in memory. Pure but for what promises need: files come as text. */
export async function runScenario(scenario: Scenario, files: readonly ScenarioFile[]): Promise<ScenarioResult> {
  const { title } = scenario
  const fails = (step: number, message: string): ScenarioResult => ({ title, ok: false, step, message })
  if (scenario.now !== undefined && normalInstant(scenario.now) === null)
    return fails(0, `now: expected an instant, but got "${scenario.now}"`)
  const resources: Resource[] = []
  for (const { name, content } of files) {
    const kind = kindOf(name)
    if (kind === null) return fails(0, `${name} is no diagram, decision or form`)
    resources.push({ kind, content })
  }
  const world = createWorld(scenario)
  const published = await world.runtime.publish(resources, 'system')
  if (scenario.refused) return told(title, refusedWrongly(scenario.refused, published, files))
  if (!published.ok) return fails(0, `not deployed: ${sentences(published.refusal.params?.['problems'])}`)
  await world.runtime.settle()

  const known = new Set(
    files.flatMap(({ content }) => [...content.matchAll(/\sid\s*=\s*["']([^"']*)["']/g)].map(([, id]) => id)),
  )
  for (const [index, step] of (scenario.steps ?? []).entries()) {
    const unknown = elementsNamed(step.expect ?? {}).find((id) => !known.has(id))
    if (unknown !== undefined) return fails(index + 1, `expect: there is no element "${unknown}" in the files`)
    const wrong = await failureOf(world, withProcess(step, scenario))
    if (wrong !== null) return fails(index + 1, wrong)
  }
  return { title, ok: true, step: null, message: '' }
}

const told = (title: string, message: string | null): ScenarioResult => ({
  title,
  ok: message === null,
  step: message === null ? null : 0,
  message: message ?? '',
})

type ScenarioStep = NonNullable<Scenario['steps']>[number]

/** A start without a process starts the one of the scenario, also where it must be refused. */
function withProcess(step: ScenarioStep, { process }: Scenario): ScenarioStep {
  if (process === undefined) return step
  if (step.rejects?.start) return { rejects: { ...step.rejects, start: { process, ...step.rejects.start } } }
  return step.start ? { start: { process, ...step.start } } : step
}

async function failureOf(world: World, step: ScenarioStep): Promise<string | null> {
  try {
    const performed = await perform(world, step)
    if (performed.state === 'failed') return performed.message
    if (performed.state === 'refused') return `refused with ${performed.refusal.code}: ${performed.refusal.message.en}`
    const orphans = await orphansOf(world)
    return orphans.length === 0 ? null : `orphans: ${orphans.join(', ')}`
  } catch (error) {
    return `a defect: ${error instanceof Error ? error.message : String(error)}`
  }
}

function problemsIn(value: unknown): Problem[] {
  return Array.isArray(value) ? (value as Problem[]) : []
}

const sentences = (problems: unknown) =>
  problemsIn(problems)
    .filter(({ severity }) => severity === 'error')
    .map(({ elementId, code, message }) => `${elementId ?? 'file'} ${code}: ${message.en}`)
    .join('; ')

/** Each id must be named by a problem; the id of a file's root is named by what is wrong with the file as a whole. */
function refusedWrongly(
  ids: readonly string[],
  published: Awaited<ReturnType<World['runtime']['publish']>>,
  files: readonly ScenarioFile[],
): string | null {
  if (published.ok) return `expected the deployment to be refused at ${ids.join(', ')}, but it was accepted`
  const problems = problemsIn(published.refusal.params?.['problems']).filter(({ severity }) => severity === 'error')
  const named = new Set(problems.map(({ elementId }) => elementId))
  const roots = files.flatMap(({ content }) => /<(?:\w+:)?definitions\b[^>]*?\sid="([^"]+)"/.exec(content)?.[1] ?? [])
  const missing = ids.filter((id) => !named.has(id) && !(named.has(null) && roots.includes(id)))
  return missing.length === 0 ? null : `expected ${missing.join(', ')} to be named, but: ${sentences(problems)}`
}
