import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { spawnSync } from 'node:child_process'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { CommandLine } from '../../../server/command-line/command.ts'
import { check } from '../../../server/command-line/check.ts'
import { test } from '../../../server/command-line/test.ts'

const examples = join(import.meta.dirname, '../../workflows/runtime/scenario')
const manager = join(examples, 'manager-approves.scenario.json')

async function output(command: CommandLine, ...args: string[]) {
  const lines: string[] = []
  const code = await command.run(args, (line) => lines.push(line))
  return { code, lines, json: () => JSON.parse(lines[0] ?? '') as Record<string, unknown> }
}

/** A folder with the example's diagram and what else is given. */
function folder(files: Record<string, string>): string {
  const at = mkdtempSync(join(tmpdir(), 'retour-scenarios-'))
  copyFileSync(join(examples, 'cancel-order.bpmn'), join(at, 'cancel-order.bpmn'))
  for (const [name, content] of Object.entries(files)) writeFileSync(join(at, name), content)
  return at
}

const failing = JSON.stringify({
  title: '不会通过',
  files: ['cancel-order.bpmn'],
  steps: [{ start: { variables: { amount: 1 } } }, { expect: { state: 'completed' } }],
})

describe('retour test', () => {
  it('prints one line for each scenario of a folder, and the sum', async () => {
    const { code, lines } = await output(test, examples)
    expect(code).toBe(0)
    expect(lines).toEqual([
      expect.stringMatching(/^ok +金额超过 500 元的取消需要经理同意 \(.*manager-approves/),
      expect.stringMatching(/^ok +退回发起人以后重新计时/),
      '2 passed, 0 failed',
    ])
  })

  it('prints the step and the difference of a failed one, and exits with 1', async () => {
    const { code, lines } = await output(test, manager, folder({ 'fails.scenario.json': failing }))
    expect(code).toBe(1)
    expect(lines.slice(1)).toEqual([
      expect.stringMatching(/^FAILED 不会通过/),
      '       step 2: expected the state completed, but it is active',
      '1 passed, 1 failed',
    ])
  })

  it('prints one JSON object for programs', async () => {
    const { code, lines, json } = await output(test, '--json', folder({ 'fails.scenario.json': failing }))
    expect([code, lines.length]).toEqual([1, 1])
    expect(json()).toMatchObject({
      passed: 0,
      failed: 1,
      scenarios: [{ title: '不会通过', ok: false, step: 2, message: 'expected the state completed, but it is active' }],
    })
  })

  it('fails for a path that is not there, a file that is not there and a key that is unknown', async () => {
    const at = folder({
      'a.scenario.json': '{"title":"a","files":["ghost.bpmn"],"steps":[]}',
      'b.scenario.json': '{"title":"b","files":[],"stepz":[]}',
    })
    const { code, lines } = await output(test, at, join(at, 'nowhere'))
    expect(code).toBe(1)
    expect(lines.filter((line) => line.startsWith(' ')).map((line) => line.trim())).toEqual([
      'the file ghost.bpmn cannot be read',
      'the file: unknown key "stepz"',
      'there is no such file or folder',
    ])
  })

  it('says how it is used without paths or with an unknown option', async () => {
    expect(await output(test)).toMatchObject({ code: 2, lines: ['Usage: npx retour test [--json] <paths>'] })
    expect(await output(test, '--fast', examples)).toMatchObject({ code: 2, lines: ['Unknown option --fast'] })
  })
})

describe('the after-sales pack', { timeout: 120_000 }, () => {
  it('holds every scenario that it ships', async () => {
    const { lines } = await output(test, join(import.meta.dirname, '../../../templates/after-sales/scenarios'))
    expect(lines.filter((line) => !line.startsWith('ok'))).toEqual([expect.stringMatching(/^\d\d+ passed, 0 failed$/)])
  })
})

describe('retour check', () => {
  it('finds nothing in what can be published', async () => {
    expect(await output(check, join(examples, 'cancel-order.bpmn'), manager)).toMatchObject({
      code: 0,
      lines: ['0 errors, 0 warnings'],
    })
  })

  it('lists what publishing would show, with file and element, and exits with 1', async () => {
    const at = folder({ 'broken.bpmn': '<nothing/>', 'notes.txt': '', 'form.json': '{' })
    const files = ['broken.bpmn', 'notes.txt', 'form.json', 'ghost.bpmn'].map((name) => join(at, name))
    const { code, json } = await output(check, '--json', ...files)
    const { problems } = json() as {
      problems: { file: string; code: string; severity: string; message: { zh: string } }[]
    }
    expect(code).toBe(1)
    expect(problems.map(({ file, severity }) => [file, severity])).toEqual(files.map((file) => [file, 'error']))
    expect(problems.map((problem) => problem.code).slice(1)).toEqual([
      'file.unknown_kind',
      'form.syntax',
      'file.not_found',
    ])
    expect(problems.every(({ message }) => message.zh.length > 0)).toBe(true)
  })

  it('checks everything in a folder, and says when there is nothing', async () => {
    const empty = mkdtempSync(join(tmpdir(), 'retour-empty-'))
    const templates = await output(check, 'templates')
    const nothing = await output(check, empty)
    const untested = await output(test, empty)
    rmSync(empty, { recursive: true })

    expect([templates.code, templates.lines.at(-1)]).toEqual([0, expect.stringMatching(/^0 errors/)])
    expect([nothing.code, nothing.lines[0]]).toEqual([1, expect.stringContaining('file.none_here')])
    expect([untested.code, untested.lines.at(-1)]).toEqual([1, '0 passed, 1 failed'])
  })

  it('names what is not executed, with element and attribute', async () => {
    const drawn = readFileSync(join(examples, 'cancel-order.bpmn'), 'utf8')
    const at = folder({ 'ask.bpmn': drawn.replace('name="return"', 'name="teleport"') })
    const { code, lines } = await output(check, join(at, 'ask.bpmn'))
    expect(code).toBe(1)
    expect(lines[0]).toMatch(/^error +.*ask\.bpmn approve approval\.unknown_value: .*teleport/)
  })

  it('holds scenario files against their format', async () => {
    const at = folder({ 'x.scenario.json': '{"title":"x","files":[],"steps":[{"go":{}}]}' })
    const { lines } = await output(check, join(at, 'x.scenario.json'))
    expect(lines[0]).toContain('steps[0]: unknown key "go"')
  })
})

describe('npx retour', { timeout: 60_000 }, () => {
  const root = join(import.meta.dirname, '../../..')
  const retour = (...args: string[]) =>
    spawnSync(process.execPath, [join(root, 'server/command-line/retour.ts'), ...args], { encoding: 'utf8' })

  it('runs its commands and passes on the exit code', () => {
    expect(retour('test', manager)).toMatchObject({ status: 0, stdout: expect.stringContaining('1 passed, 0 failed') })
    expect(retour('check', join(root, 'package.json')).status).toBe(1)
  })

  it('lists its commands, and refuses one that it does not know', () => {
    expect(retour()).toMatchObject({ status: 0, stdout: expect.stringContaining('test [--json] <paths>') })
    expect(retour('check', '--help')).toMatchObject({ status: 0, stdout: expect.stringContaining('check [--json]') })
    expect(retour('fly')).toMatchObject({ status: 2, stderr: expect.stringContaining('"fly"') })
  })
})
