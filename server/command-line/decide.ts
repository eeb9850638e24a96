import { readFileSync } from 'node:fs'
import { evaluateDecision } from '../../workflows/decisions/evaluate.ts'
import { explainDecision } from '../../workflows/decisions/explain.ts'
import { readDmn } from '../../workflows/decisions/read-dmn.ts'
import { decisionsBeside } from './check.ts'
import type { CommandLine } from './command.ts'
import { printJson, readJsonObject, scopeOf } from './json-files.ts'
import { misuse, readArguments } from './read-arguments.ts'

/**
 * `retour decide FILE --decision ID --input FILE [--explain]`: the output of a decision or decision service as JSON.
 * Imports are looked up among the decision files of the same folder.
 */
export const decide: CommandLine = {
  usage: 'decide FILE --decision ID --input FILE [--explain]',
  summary: 'evaluate a decision of a DMN file and, when asked, say why it came out so',
  async run(args, say) {
    const read = readArguments(args, {
      decision: { type: 'string' },
      input: { type: 'string' },
      explain: { type: 'boolean' },
    })
    if ('fault' in read) return misuse(say, decide.usage, read.fault)
    const [file, ...more] = read.positionals
    const { decision: id, input: inputFile, explain } = read.values
    if (file === undefined || more.length > 0) return misuse(say, decide.usage, 'Expected one DMN file')
    if (id === undefined) return misuse(say, decide.usage, 'Expected --decision with the id of a decision')
    const input = inputFile === undefined ? { data: {} } : readJsonObject(inputFile)
    if ('fault' in input) return misuse(say, decide.usage, input.fault)
    let content: string
    try {
      content = readFileSync(file, 'utf8')
    } catch {
      return misuse(say, decide.usage, `Expected a file that can be read, but ${file} cannot`)
    }
    const dmn = await readDmn(content, { others: decisionsBeside(file) })
    if (!dmn.ok) {
      printJson(say, { ok: false, problems: dmn.problems })
      return 1
    }
    const known = [...dmn.model.decisions.keys(), ...dmn.model.services.keys()]
    if (!known.includes(id)) return misuse(say, decide.usage, `Expected one of ${known.join(', ')}, but got ${id}`)
    const answer = (explain ? explainDecision : evaluateDecision)(dmn.model, id, scopeOf(input.data))
    printJson(say, answer)
    return answer.ok ? 0 : 1
  },
}
