import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it, onTestFinished, vi } from 'vitest'

it('runs the twenty lines of docs/runner.md as they stand', { timeout: 30_000 }, async () => {
  const text = readFileSync('docs/runner.md', 'utf8')
  const example = /```ts\n([\s\S]*?)```/.exec(text)?.[1] ?? ''
  const diagram = /```xml\n([\s\S]*?)```/.exec(text)?.[1] ?? ''
  expect(example.split('\n').length).toBeLessThanOrEqual(22)
  // Inside the package, where its own name can be imported.
  const folder = mkdtempSync(join(process.cwd(), 'node_modules/.retour-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const file = join(folder, 'example.mjs')
  const face = new URL('../../workflows/index.ts', import.meta.url).href
  writeFileSync(
    file,
    `const diagram = ${JSON.stringify(diagram)}\n${example.replace("'retour/workflows'", `'${face}'`)}`,
  )
  const said = vi.spyOn(console, 'log').mockImplementation(() => undefined)
  onTestFinished(() => said.mockRestore())

  await import(/* @vite-ignore */ file)

  expect(said.mock.calls).toEqual([['completed', 120]])
})

it('is what the package exports', () => {
  const { exports } = JSON.parse(readFileSync('package.json', 'utf8')) as { exports: Record<string, string> }
  expect(exports).toEqual({ './workflows': './workflows/index.ts' })
})
