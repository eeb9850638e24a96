import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { CommandLine } from '../../../server/command-line/command.ts'
import { decide } from '../../../server/command-line/decide.ts'
import { feel } from '../../../server/command-line/feel.ts'
import { aTable, definitions } from '../../support/dmn.ts'

async function output(command: CommandLine, ...args: string[]) {
  const lines: string[] = []
  const code = await command.run(args, (line) => lines.push(line))
  return { code, lines, json: () => JSON.parse(lines.join('\n')) as Record<string, unknown> }
}

function fileWith(name: string, content: string): string {
  const at = join(mkdtempSync(join(tmpdir(), 'retour-feel-')), name)
  writeFileSync(at, content)
  return at
}

describe('retour feel', () => {
  it('prints the value of an expression as JSON, with the variables of a file', async () => {
    const context = fileWith('context.json', '{"订单 金额": 100, "tier": "gold"}')
    const { code, json } = await output(
      feel,
      'if tier = "gold" then 订单 金额 * 0.9 else 订单 金额',
      '--context',
      context,
    )

    expect(code).toBe(0)
    expect(json()).toEqual({ ok: true, value: 90, warnings: [], notes: [] })
  })

  it('says why a value is null, and where', async () => {
    const { code, json } = await output(feel, '1 + "a"')

    expect(code).toBe(0)
    expect(json()).toMatchObject({ ok: true, value: null, warnings: [{ code: 'feel.operands', position: 2 }] })
  })

  it('ends with 1 for what is no expression or does not end, and says it as JSON', async () => {
    expect(await output(feel, '1 +* 2')).toMatchObject({ code: 1 })
    expect((await output(feel, '1 +* 2')).json()).toMatchObject({ ok: false, code: 'feel.syntax', position: 3 })
    expect((await output(feel, '(function(x) x(x))(function(x) x(x))')).json()).toMatchObject({ code: 'feel.budget' })
  })

  it.each([
    [[], 'Expected an expression'],
    [['1', '2'], 'Expected one expression in quotes'],
    [['1', '--contxt', 'x'], "Unknown option '--contxt'"],
    [['1', '--context', '/none.json'], 'Expected a file that can be read, but /none.json cannot'],
  ])('ends with 2 for %j', async (args, fault) => {
    const { code, lines } = await output(feel, ...args)

    expect(code).toBe(2)
    expect(lines).toEqual([fault, 'Usage: npx retour feel EXPRESSION [--context FILE]'])
  })
})

describe('retour decide', () => {
  const file = () =>
    fileWith(
      'policy.dmn',
      definitions(
        aTable({
          rules: [
            [['> 500'], ['"manager"']],
            [['<= 500'], ['"clerk"']],
          ],
        }),
      ),
    )
  const input = () => fileWith('input.json', '{"amount": 620}')

  it('prints the output and the rules that gave it', async () => {
    const { code, json } = await output(decide, file(), '--decision', 'policy', '--input', input())

    expect(code).toBe(0)
    expect(json()).toMatchObject({ ok: true, output: 'manager', matched: [{ ruleIndex: 1 }] })
  })

  it('explains the output when asked', async () => {
    const { json } = await output(decide, file(), '--decision', 'policy', '--input', input(), '--explain')

    expect(json()).toMatchObject({
      ok: true,
      output: 'manager',
      explanation: { sentence: { en: 'Because amount (620) is more than 500, outcome is "manager".' } },
    })
  })

  it('ends with 1 and the problems of a file that cannot be used, and for an evaluation that fails', async () => {
    const broken = fileWith('broken.dmn', definitions(aTable({ rules: [[['1 +* 2'], ['"x"']]] })))
    const none = fileWith('none.json', '{}')

    expect(await output(decide, broken, '--decision', 'policy', '--input', input())).toMatchObject({ code: 1 })
    const failed = await output(decide, file(), '--decision', 'policy', '--input', none)
    expect([failed.code, failed.json()]).toMatchObject([1, { ok: false, code: 'feel.unknown_variable' }])
  })

  it('ends with 2 when the call is wrong', async () => {
    expect(await output(decide, file(), '--input', input())).toMatchObject({ code: 2 })
    expect(await output(decide, '/none.dmn', '--decision', 'policy')).toMatchObject({ code: 2 })
    expect((await output(decide, file(), '--decision', 'other')).lines[0]).toBe('Expected one of policy, but got other')
    expect((await output(decide, file(), '--decision', 'policy', '--input', fileWith('x.json', '[]'))).code).toBe(2)
  })
})
