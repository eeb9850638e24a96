import type { Problem } from '../../model/problem.ts'
import { readResource } from '../read-resource.ts'
import { readScenario } from './read-scenario.ts'
import { kindOf } from './run-scenario.ts'

/**
 * What publishing would find wrong with a file; scenario files are held against their own format. null: no such kind.
 * `others` are the texts of the decision files at hand, for imports.
 */
export async function checkResource(
  name: string,
  content: string,
  others: readonly string[] = [],
): Promise<Problem[] | null> {
  if (name.endsWith('.scenario.json')) {
    const read = readScenario(content)
    const message = read.ok ? '' : read.message
    return read.ok
      ? []
      : [{ elementId: null, severity: 'error', code: 'scenario.format', message: { zh: message, en: message } }]
  }
  const kind = kindOf(name)
  return kind === null ? null : (await readResource({ kind, content }, others)).problems
}
