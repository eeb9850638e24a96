import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'

const dataDir = mkdtempSync(join(tmpdir(), 'retour-pack-'))
afterAll(() => rmSync(dataDir, { recursive: true, force: true }))

function retour(...args: string[]): { code: number; output: string } {
  const env = { ...process.env, DATA_DIR: join(dataDir, 'data'), SANDBOX_PROVIDER: 'off', MONGODB_URL: '' }
  try {
    const output = execFileSync('node', ['server/command-line/retour.ts', 'pack', ...args], { env, encoding: 'utf8' })
    return { code: 0, output }
  } catch (error) {
    const { status, stdout } = error as { status: number; stdout: string }
    return { code: status, output: stdout }
  }
}

describe('npx retour pack', () => {
  it('installs a pack into an empty data folder, lists it, and writes it out as files', () => {
    const installed = retour('install', 'after-sales')
    const listed = retour('list')
    const exported = retour('export', 'after-sales', join(dataDir, 'out'))

    expect(installed.code).toBe(0)
    expect(listed.output).toMatch(/after-sales .*installed/)
    expect(exported.code).toBe(0)
    expect(readFileSync(join(dataDir, 'out', 'pack.json'), 'utf8')).toContain('"after-sales"')
    expect(existsSync(join(dataDir, 'out', 'processes', 'cancel-order.bpmn'))).toBe(true)
  }, 60_000)

  it.each([
    [['install', 'nothing-like-it'], 1, 'pack.not_found'],
    [['install'], 2, 'Usage'],
    [['install', 'after-sales', '--sample'], 2, '--sample'],
  ])(
    'says what is wrong with %j',
    (args, code, text) => {
      const result = retour(...args)

      expect(result.code).toBe(code)
      expect(result.output).toContain(text)
    },
    60_000,
  )
})
