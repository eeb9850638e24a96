import { describe, expect, it } from 'vitest'
import { compileProcess } from '../../../workflows/engine/compile.ts'
import { step } from '../../../workflows/engine/step.ts'
import type { ParsedProcess } from '../../../workflows/model/definition.ts'
import { aHost, startOfTime } from '../../support/drive.ts'
import { process } from '../../support/process-builder.ts'

/** Kinds of what the world is asked for when an instance starts. */
function askedAtStart(parsed: ParsedProcess): string[] {
  const result = step(
    compileProcess(parsed),
    null,
    {
      type: 'start',
      now: startOfTime,
      processInstanceId: 'pi',
      definitionVersion: 1,
      pinned: { decisions: {}, forms: {} },
      businessKey: null,
      initiator: 'li',
      variables: {},
      startElementId: null,
      parent: null,
    },
    aHost(),
  )
  if (!result.ok) throw new Error(result.refusal.code)
  return result.requests.map(({ type }) => type)
}

const beside = (work: 'serviceTask' | 'userTask') =>
  process('p').start().parallelGateway('fork')[work]('work').end().at('fork')

describe('what begins and ends in one step', () => {
  it.each(['serviceTask', 'userTask'] as const)('is never asked of the world: %s', (work) => {
    expect(askedAtStart(beside(work).terminateEnd('stop').build())).toEqual([])
  })

  it('is asked for where it goes on', () => {
    expect(askedAtStart(beside('serviceTask').end('other').build())).toEqual(['createJob'])
  })
})
