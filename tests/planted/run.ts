import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { approval } from './approval.ts'
import type { Planted, PlantedPart } from './planted.ts'

/**
 * `npm run planted [-- WORD...]`: puts each fault of the lists into a copy of the product and expects a test to fail. With
 * words only the faults whose file or reason has one of them. Ends with 1 when a fault is not found, or does not fit the
 * file any more.
 */
const parts: readonly PlantedPart[] = [approval]

const root = resolve(import.meta.dirname, '../..')
const copied = [
  'workflows',
  'server',
  'tests',
  'templates',
  'package.json',
  'vite.config.ts',
  'vitest.config.ts',
  'tsconfig.json',
]
const words = process.argv.slice(2)
const isWanted = ({ file, why }: Planted) => words.length === 0 || words.some((word) => `${file} ${why}`.includes(word))

const copy = mkdtempSync(join(tmpdir(), 'retour-planted-'))
for (const name of copied) cpSync(join(root, name), join(copy, name), { recursive: true, force: true })
symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'))
const env = { ...process.env, PATH: `${join(root, 'node_modules/.bin')}:${process.env['PATH'] ?? ''}`, WALKS: '60' }

function passes([program = '', ...args]: readonly string[]): boolean {
  const own = program === 'node' ? process.execPath : program
  return spawnSync(own, args, { cwd: copy, env, stdio: 'ignore', timeout: 240_000 }).status === 0
}

/** Which check found it; null when none did. */
function found({ file, find, replace }: Planted, checks: PlantedPart['checks']): string | null {
  const path = join(copy, file)
  const whole = readFileSync(path, 'utf8')
  if (whole.split(find).length !== 2) return null
  writeFileSync(
    path,
    whole.replace(find, () => replace),
  )
  const check = checks.find((one) => !passes(one))
  writeFileSync(path, whole)
  return check === undefined ? null : check.find((word) => word.includes('/') || word === 'vitest')!
}

let missed = 0
let count = 0
try {
  for (const { name, checks, faults } of parts) {
    const broken = checks.find((check) => !passes(check))
    if (broken) throw new Error(`without a fault, ${broken.join(' ')} fails`)
    for (const fault of faults.filter(isWanted)) {
      count += 1
      const by = found(fault, checks)
      if (by === null) missed += 1
      console.log(`${by === null ? 'MISSED' : 'found '}  ${name}: ${fault.why} (${fault.file})`)
    }
  }
} finally {
  rmSync(copy, { recursive: true })
}
console.log(`${count - missed} passed, ${missed} failed`)
process.exitCode = missed === 0 ? 0 : 1
