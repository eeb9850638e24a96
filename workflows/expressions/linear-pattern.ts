import { RE2JS } from 're2js'

const longest = 256

/** Look-around and back-references, which no engine does in linear time. */
const beyond = /\(\?<?[=!]|\\[1-9]|\\k</

/** Why a pattern that a user wrote cannot be run in linear time (reliability 8.3); null when it can. */
export function patternFault(pattern: string): 'too_long' | 'unsupported' | 'invalid' | null {
  if (pattern.length > longest) return 'too_long'
  try {
    RE2JS.compile(pattern)
    return null
  } catch {
    return beyond.test(pattern) ? 'unsupported' : 'invalid'
  }
}
