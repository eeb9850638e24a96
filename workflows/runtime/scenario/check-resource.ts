import type { Problem } from '../../model/problem.ts'
import { formFieldsOf, processesIn, readResource } from '../read-resource.ts'
import { warnNames } from '../warn-names.ts'
import type { FieldsOf } from '../warn-names.ts'
import { readScenario } from './read-scenario.ts'
import { kindOf } from './run-scenario.ts'

/**
 * What publishing would find wrong with a file; scenario files are held against their own format. null: no such kind.
 * `others` are the texts of the decision files at hand, for imports; `forms` those of forms, for the names of their fields.
 */
export async function checkResource(
  name: string,
  content: string,
  others: readonly string[] = [],
  forms: readonly string[] = [],
): Promise<Problem[] | null> {
  if (name.endsWith('.scenario.json')) {
    const read = readScenario(content)
    if (read.ok) return []
    const message = {
      zh: `场景文件写得不对：${read.message}`,
      en: `Expected a scenario, but it has a mistake: ${read.message}`,
    }
    return [{ elementId: null, severity: 'error', code: 'scenario.format', message }]
  }
  const kind = kindOf(name)
  if (kind === null) return null
  const { problems } = await readResource({ kind, content }, others)
  return kind === 'process' ? warnNames(problems, await processesIn(content), fieldsAmong(forms)) : problems
}

/** Looks a form up among texts, those that are none left out. */
function fieldsAmong(forms: readonly string[]): FieldsOf {
  return async (formId) => {
    for (const content of forms) {
      const { parts } = await readResource({ kind: 'form', content })
      if (parts.some(({ id }) => id === formId)) return formFieldsOf(content)
    }
    return null
  }
}
