import type { Expectation, Step } from '../../../workflows/runtime/scenario/format.ts'
import { part, plainStory, withProcess, withSteps } from './transformation.ts'
import type { Story, Transformation } from './transformation.ts'

const restarted: Transformation = {
  name: 'restarted after every step',
  transform: (story) => (story.scenario.refused ? null : withSteps(story, (step) => [step, { restart: {} }])),
}

/** Tags of BPMN under another prefix. */
const prefixed: Transformation = {
  name: 'under another prefix',
  transform(story) {
    const files = story.files.map((file) => {
      const bound = /xmlns:([\w.-]+)="http:\/\/www\.omg\.org\/spec\/BPMN\/20100524\/MODEL"/.exec(file.content)
      if (!file.name.endsWith('.bpmn') || !bound || file.content.includes('xsi:type="' + bound[1])) return file
      const content = file.content
        .replace(`xmlns:${bound[1]}=`, 'xmlns:other=')
        .replaceAll(new RegExp(`(</?)${bound[1]}:`, 'g'), '$1other:')
      return { ...file, content }
    })
    return files.some((file, index) => file !== story.files[index]) ? { ...story, files } : null
  },
}

/** A listener of the process that nothing ever triggers. */
const listening: Transformation = {
  name: 'while the process listens for what never comes',
  transform: (story) =>
    withProcess(story, ({ prefix, parts }) => [
      ...parts,
      part(
        `<${prefix}subProcess id="told_never" triggeredByEvent="true"><${prefix}startEvent id="told_never_start" isInterrupting="true">` +
          `<${prefix}timerEventDefinition id="told_never_due"><${prefix}timeDuration>P1000Y</${prefix}timeDuration></${prefix}timerEventDefinition>` +
          `</${prefix}startEvent></${prefix}subProcess>`,
      ),
    ]),
}

type OfInstance = { instance?: string }

/** What happens in the process happens in one that another has called. */
function asCalled(step: Step, caller: string, call: string): Step {
  const within = (name: string | undefined) =>
    name === undefined || name === 'main' || name.startsWith('main/')
      ? (name ?? 'main').replace(/^main/, `main/${call}`)
      : name
  const [kind] = Object.keys(step) as (keyof Step)[]
  const told = step[kind!] as OfInstance & Record<string, unknown>
  if (kind === 'start') return { start: { ...step.start, process: caller } }
  if (kind === 'rejects')
    return {
      rejects: {
        ...asCalled(step.rejects as Step, caller, call),
        ...(step.rejects?.code && { code: step.rejects.code }),
      },
    }
  // A called process is ended with the one that called it.
  if (kind === 'cancel') return { cancel: told }
  const ofInstances = [
    'completeTask',
    'completeJob',
    'failJob',
    'throwError',
    'setVariables',
    'activate',
    'resolve',
    'act',
  ]
  if (kind === 'expect') return { expect: { ...(told as Expectation), instance: within(told.instance) } }
  return ofInstances.includes(kind!) ? ({ [kind!]: { ...told, instance: within(told.instance) } } as Step) : step
}

const callerOf = (id: string, calls: string) =>
  `<process id="${id}" isExecutable="true"><startEvent id="${id}_start"/><callActivity id="${id}_call"><extensionElements>` +
  `<zeebe:calledElement processId="${calls}" propagateAllChildVariables="false"/></extensionElements></callActivity>` +
  `<sequenceFlow id="${id}_in" sourceRef="${id}_start" targetRef="${id}_call"/></process>`

const callers = (content: string) =>
  `<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" ` +
  `id="callers" targetNamespace="urn:retour:transformed">${content}</definitions>`

/** Calls itself a process of its own: who starts it, and further ones beside it, would have to be told otherwise. */
const cannotBeCalled = ({ scenario: { steps = [], people } }: Story) =>
  people !== undefined ||
  steps.filter(({ start }) => start).length !== 1 ||
  steps.some(({ start, expect }) => start?.as !== undefined || start?.businessKey !== undefined || expect?.orphans)

const called = (deep: boolean): Transformation => ({
  name: deep ? 'called by a process that is called' : 'called',
  transform(story) {
    const main = plainStory(story)
    if (!main || cannotBeCalled(story)) return null
    const { id } = main.process
    const outer = deep ? callerOf('told_outer', 'told_caller') : ''
    const file = { name: 'callers.bpmn', content: callers(outer + callerOf('told_caller', id)) }
    const place = deep ? 'told_outer_call/told_caller_call' : 'told_caller_call'
    const first = deep ? 'told_outer' : 'told_caller'
    const { scenario, files } = withSteps(story, (step) => [asCalled(step, first, place)])
    return { scenario: { ...scenario, process: first, files: [...scenario.files, file.name] }, files: [...files, file] }
  },
})

export const retellings: readonly Transformation[] = [restarted, prefixed, listening, called(false), called(true)]
