import { globSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { describe, expect, it } from 'vitest'

/** A part of the product: which files belong to it, and which of ours, and which packages, they may import. */
interface Part {
  name: string
  files: RegExp
  ours: RegExp[]
  packages?: RegExp
}

const domainRules = /^server\/[a-z-]+\/([a-z-]+\.)?rules\.ts$/
const platform = /^server\/(http|database|config|ids|log)/
const workflowsFace = /^workflows\/(model|runtime|engine|expressions|decisions)\//

/** The table of the architecture, first match wins. A file may always import its own folder. */
const parts: Part[] = [
  {
    name: 'workflows/model',
    files: /^workflows\/model\//,
    ours: [],
    packages: /^(bpmn-moddle|zeebe-bpmn-moddle\/.+|saxen)$/,
  },
  {
    name: 'workflows/expressions',
    files: /^workflows\/expressions\//,
    ours: [/^workflows\/model\//],
    packages: /^(lezer-feel|@lezer\/common|decimal\.js|re2js|temporal-polyfill)$/,
  },
  {
    name: 'workflows/decisions',
    files: /^workflows\/decisions\//,
    ours: [/^workflows\/(model|expressions)\//],
    packages: /^(saxen|decimal\.js)$/,
  },
  {
    name: 'workflows/engine',
    files: /^workflows\/engine\//,
    ours: [/^workflows\/(model|expressions|decisions|engine)\//],
    packages: /^$/,
  },
  { name: 'workflows, public face', files: /^workflows\/index\.ts$/, ours: [workflowsFace], packages: /^$/ },
  { name: 'workflows/runtime', files: /^workflows\/runtime\//, ours: [workflowsFace], packages: /^$/ },
  { name: 'server/contract', files: /^server\/contract\//, ours: [/^workflows\/model\//], packages: /^typebox$/ },
  {
    name: 'server domain rules',
    files: domainRules,
    ours: [
      /^server\/contract\//,
      domainRules,
      /^workflows\/(model|expressions)\//,
      // The shapes of what the runner tells: types only, nothing runs there.
      /^workflows\/(engine\/(events|instance)|runtime\/(face|ports))\.ts$/,
    ],
    packages: /^(decimal\.js|typebox)$/,
  },
  {
    name: 'server/database',
    files: /^server\/database\//,
    ours: [/^workflows\/runtime\/ports\.ts$/, /^server\/(config|ids|log)\.ts$/],
    packages: /^(mongodb|node:.*)$/,
  },
  { name: 'server', files: /^server\//, ours: [/^server\//, workflowsFace] },
  {
    name: 'client/api and stores',
    files: /^client\/(api|stores)\//,
    ours: [/^client\/(api|stores|i18n)\//, /^server\/contract\//, /^workflows\/model\//],
  },
  {
    name: 'client/components and forms',
    files: /^client\/(components|forms)\//,
    ours: [/^client\/(components|forms|i18n|theme)\//, /^server\/contract\//, /^workflows\/model\//],
  },
  {
    name: 'client/designers',
    files: /^client\/designers\//,
    // Sentences, suggestions and problems of expressions are pure and the same here as on the server.
    ours: [/^client\//, /^server\/contract\//, /^workflows\/model\//, /^workflows\/expressions\/(sentences|assist)\//],
  },
  { name: 'client', files: /^client\//, ours: [/^client\//, /^server\/contract\//, /^workflows\/model\//] },
]

const anyone = /^tests\//
const sources = globSync('{workflows,server,client}/**/*.{ts,vue}', {
  exclude: (name) => name.includes('node_modules'),
}).map((file) => file.replaceAll('\\', '/'))

function importsOf(file: string): string[] {
  const text = readFileSync(file, 'utf8')
  const found = [
    ...text.matchAll(
      /(?:^|\n)\s*(?:import|export)\s[^'"`;]*?from\s*['"]([^'"]+)['"]|(?:^|[^\w.])import\s*\(\s*['"]([^'"]+)['"]|(?:^|\n)\s*import\s*['"]([^'"]+)['"]/g,
    ),
  ]
  return found.map((match) => match[1] ?? match[2] ?? match[3] ?? '')
}

function resolved(file: string, specifier: string): string | null {
  return specifier.startsWith('.') ? normalize(join(dirname(file), specifier)).replaceAll('\\', '/') : null
}

const room = (file: string) => file.split('/').slice(0, 2).join('/')

function violations(): string[] {
  const problems: string[] = []
  for (const file of sources) {
    const part = parts.find((candidate) => candidate.files.test(file))
    if (!part) {
      problems.push(`${file}: belongs to no part of the architecture`)
      continue
    }
    for (const specifier of importsOf(file)) {
      const target = resolved(file, specifier)
      if (target === null) {
        if (part.packages && !part.packages.test(specifier))
          problems.push(`${file}: ${part.name} may not import the package ${specifier}`)
      } else if (anyone.test(target)) {
        problems.push(`${file}: nothing imports tests (${target})`)
      } else if (room(target) !== room(file) && !part.ours.some((allowed) => allowed.test(target))) {
        problems.push(`${file}: ${part.name} may not import ${target}`)
      }
    }
  }
  return problems
}

describe('the architecture', () => {
  it('lets each part import only what its row of the table allows', () => {
    expect(violations()).toEqual([])
  })

  it('keeps another domain’s store out of every domain', () => {
    const crossings = sources
      .filter((file) => /^server\/[a-z-]+\//.test(file) && !platform.test(file))
      .flatMap((file) =>
        importsOf(file)
          .map((specifier) => resolved(file, specifier))
          .filter(
            (target): target is string => target !== null && /^server\/[a-z-]+\/([a-z-]+-)?store\.ts$/.test(target),
          )
          .filter((target) => room(target) !== room(file) && room(target) !== 'server/database')
          .map((target) => `${file} -> ${target}`),
      )

    expect(crossings).toEqual([])
  })

  it('keeps clocks, randomness and the outside world out of the engine', () => {
    const forbidden =
      /\bDate\.now\b|\bnew Date\(\)|\bMath\.random\b|\bPromise\b|\basync\b|\bawait\b|\bconsole\b|\bfetch\(/
    const offenders = sources
      .filter((file) => file.startsWith('workflows/engine/'))
      .filter((file) => forbidden.test(readFileSync(file, 'utf8').replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '')))

    expect(offenders).toEqual([])
  })

  it('gives nobody main.ts to import', () => {
    const importers = sources.filter((file) =>
      importsOf(file).some((specifier) => resolved(file, specifier) === 'server/main.ts'),
    )

    expect(importers).toEqual([])
  })
})
