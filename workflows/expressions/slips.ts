import { refuse } from './problems.ts'
import type { SyntaxNode } from './parse.ts'

/** Signs that a keyboard for Chinese gives in place of the ones that FEEL has; some of them could be part of a name. */
const fullWidth = /[\uFF01-\uFF20\uFF3B-\uFF40\uFF5B-\uFF65\u3001\u3002\u3010\u3011\u300C-\u300F\u2018-\u201F]/u

const quotes = { zh: '文本请放在英文双引号(")中。', en: 'Texts stand in straight double quotes (").' }
const signs = { zh: '请用英文(半角)的标点和数字。', en: 'Punctuation and digits are those of a Latin keyboard.' }

const written = (meaning: string, zh: string) => ({ zh: `${meaning}写作 ${zh}。`, en: `This is written ${zh}.` })

/** What people write who know another language, and how it is written in FEEL. */
const slips: readonly [RegExp, { zh: string; en: string }][] = [
  [/^['‘’“”„‟＂＇「」『』]/u, quotes],
  [/^(?:&&|且|并且|而且|以及)/u, written('「并且」', 'and')],
  [/^(?:\|\||或)/u, written('「或者」', 'or')],
  [/^(?:!=)/u, written('「不等于」', '!=')],
  [/^(?:!|非)/u, written('「不是」', 'not(...)')],
  [/^==/u, written('「等于」', '=')],
  [/^(?:<>|≠)/u, written('「不等于」', '!=')],
  [/^(?:≥|=>)/u, written('「不小于」', '>=')],
  [/^(?:≤|=<)/u, written('「不大于」', '<=')],
  [/^×/u, written('「乘」', '*')],
  [/^÷/u, written('「除」', '/')],
  [/^%/u, written('「余数」', 'modulo(a, b)')],
  [/^\?/u, written('「如果」', 'if ... then ... else ...')],
  [
    /^(?:元|块|角|分|万|天|小时|个月|年)/u,
    {
      zh: '数字后面不写单位:金额以分计,时长写作 duration("P7D")。',
      en: 'Numbers have no units: money is in minor units, a duration is written duration("P7D").',
    },
  ],
  [/^;/u, { zh: '结尾不需要分号。', en: 'No semicolon is needed.' }],
]

function slipAt(source: string, at: number): { zh: string; en: string } | undefined {
  const text = source.slice(at, at + 12).trimStart()
  const slip = slips.find(([pattern]) => pattern.test(text))?.[1]
  // A sign that a name may have is only noticed behind it.
  const isWide = fullWidth.test(text.charAt(0)) || fullWidth.test(source.slice(0, at).trimEnd().slice(-1))
  return slip ?? (isWide ? signs : undefined)
}

/** Refuses a source at the place where it cannot be read, with what was probably meant there. */
export const refuseSyntax = (source: string, at: number): never =>
  refuse('feel.syntax', source.slice(at, at + 20).trim() || source.slice(-20), at, slipAt(source, at))

/** `==` and `<>` would compare with the range of a test such as `= 5`, which nobody means. */
export function refuseDoubledSign(source: string, sign: SyntaxNode, other: SyntaxNode | undefined): void {
  const isTest = other?.name === 'SimplePositiveUnaryTest' && other.firstChild?.name === 'CompareOp'
  if (isTest && other.from === sign.to) refuseSyntax(source, sign.from)
}

/** Where an unknown name has a sign that makes it one by mistake: `金额＞500` is a name for FEEL. Undefined when it has none. */
export function slipInName(name: string): number | undefined {
  const at = name.search(fullWidth)
  return at < 0 ? undefined : at
}
