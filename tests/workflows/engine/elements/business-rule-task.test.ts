import { describe, expect, it } from 'vitest'
import { aHost, drive } from '../../../support/drive.ts'
import { process } from '../../../support/process-builder.ts'

const answering = aHost({
  decide: () => ({
    ok: true,
    output: { outcome: 'refuse' },
    matched: [{ decisionId: 'eligibility', ruleIndex: 7, ruleId: 'handed-over', annotation: '商品已经交给快递。' }],
  }),
})

describe('a business rule task', () => {
  it('tells its output mapping which rule applied, with its sentence', () => {
    const definition = process('p')
      .start()
      .businessRuleTask('decide', 'eligibility', 'decision', {
        outputs: { sentence: '=matchedRules[1].annotation', row: '=matchedRules[1].index' },
      })
      .end('done')

    const run = drive(definition.build(), {}, { host: answering })

    expect(run.variables).toEqual({ sentence: '商品已经交给快递。', row: 7 })
  })

  it('leaves nothing of the rules behind without an output mapping', () => {
    const definition = process('p').start().businessRuleTask('decide', 'eligibility', 'decision').end('done')

    const run = drive(definition.build(), {}, { host: answering })

    expect(run.variables).toEqual({ decision: { outcome: 'refuse' } })
  })
})
