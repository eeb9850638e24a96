import type { Problem, Sentence } from './problem.ts'

type Say = (detail: string, name: string) => Sentence

/** What is told of a whole file, by its parser too, in Chinese. */
const chinese: readonly (readonly [RegExp, string])[] = [
  [/^line (\d+), column (\d+): /, '第 $1 行第 $2 列:'],
  [/missing start tag\.$/, '缺少开始标签。'],
  [/missing open tag\.$/, '结束标签没有对应的开始标签。'],
  [/closing tag mismatch\.$/, '结束标签与开始标签不对应。'],
  [/(?:unexpected end of file|the file ends too early)\.$/, '文件没有写完。'],
  [/unclosed \w+\.$/, '有标签或注释没有结束。'],
  [/attribute <(.*)> already defined\.$/, '属性 $1 重复。'],
  [/^there is no element\.$/, '没有任何元素。'],
  [/^the root element is (.*)\.$/, '根元素是 $1。'],
  [/^(.*) is no reference to a character\.$/, '$1 不是字符引用。'],
  [/^the attribute (.*) of (.*) holds a bare <\.$/, '$2 的属性 $1 含有未转义的 <。'],
  [/^more than (\d+) elements$/, '超过 $1 个元素'],
  [/^(\d+) bytes$/, '$1 字节'],
  [/^not UTF-8$/, '其他编码'],
]

const inChinese = (detail: string) => chinese.reduce((text, [pattern, words]) => text.replace(pattern, words), detail)

/**
 * Everything that can be wrong with a diagram: one catalogue, a sentence each. `detail` is what the sentence is about,
 * `name` the element as people know it.
 */
const sentences = {
  'xml.empty': () => ({ zh: '文件是空的。', en: 'Expected a diagram, but the file is empty.' }),
  'xml.syntax': (d) => ({ zh: `文件不是完整的 XML:${inChinese(d)}`, en: `Expected well-formed XML, but ${d}` }),
  'xml.encoding': (d) => ({
    zh: `文件应使用 UTF-8 编码,实际为 ${inChinese(d)}。`,
    en: `Expected UTF-8, but the file is ${d}.`,
  }),
  'xml.doctype': () => ({
    zh: '文件不允许包含 DOCTYPE 或实体声明。',
    en: 'Expected no DOCTYPE and no entities, but there are some.',
  }),
  'xml.pi': (d) => ({
    zh: `文件不允许包含处理指令(${d})。`,
    en: `Expected no processing instruction, but there is ${d}.`,
  }),
  'xml.char': (d) => ({
    zh: `文件含有不允许的控制字符(${d})。`,
    en: `Expected no control characters, but there is ${d}.`,
  }),
  'name.too_long': (d) => ({
    zh: `名称最多 255 个字符,实际 ${d} 个。`,
    en: `Expected a name of at most 255 characters, but it has ${d}.`,
  }),
  'bpmn.namespace': (d) => ({
    zh: `文件不是 BPMN 2.0 图(命名空间 ${d})。`,
    en: `Expected a BPMN 2.0 file, but its namespace is "${d}".`,
  }),
  'bpmn.size': (d) => ({ zh: `图太大:${inChinese(d)}。`, en: `Expected a smaller diagram, but it has ${d}.` }),
  'bpmn.depth': (d) => ({
    zh: `嵌套最多 32 层,实际超过(${d})。`,
    en: `Expected at most 32 levels, but it is deeper (${d}).`,
  }),
  'bpmn.duplicate_id': (d) => ({
    zh: `编号「${d}」出现了多次。`,
    en: `Expected each id once, but "${d}" stands there several times.`,
  }),
  'bpmn.given_twice': (d, n) => ({
    zh: `「${n}」里的 ${d} 写了不止一次,只能有一个。`,
    en: `Expected ${d} once in "${n}", but it stands there several times.`,
  }),
  'bpmn.reserved_id': (d) => ({ zh: `编号「${d}」是保留字。`, en: `Expected another id, because "${d}" is reserved.` }),
  'bpmn.reserved_name': (d, n) => ({
    zh: `「${n}」写入的变量名「${d}」是保留字。`,
    en: `Expected another variable name on "${n}", because "${d}" is reserved.`,
  }),
  'bpmn.variable_name': (d, n) => ({
    zh: `「${n}」写入的变量名「${d}」用不了:每一段都要以文字或下划线开头。`,
    en: `Expected each part of the variable name "${d}" on "${n}" to begin with a letter or an underscore.`,
  }),
  'bpmn.id_format': (d) => ({
    zh: `编号「${d}」的写法无效：只能用英文字母、数字、下划线、点和连字符，以字母或下划线开头。`,
    en: `Expected an id of letters from A to Z, digits, _, . and -, but got "${d}".`,
  }),
  'bpmn.dangling_ref': (d, n) => ({
    zh: `「${n}」引用的「${d}」不存在。`,
    en: `Expected "${d}", which "${n}" refers to, but it is not there.`,
  }),
  'bpmn.unknown_element': (d, n) => ({
    zh: `「${n}」中有未知的元素 ${d}。`,
    en: `Expected only known elements in "${n}", but there is ${d}.`,
  }),
  'bpmn.unknown_attribute': (d, n) => ({
    zh: `「${n}」有未知的属性 ${d}。`,
    en: `Expected only known attributes on "${n}", but there is ${d}.`,
  }),
  'bpmn.unknown_value': (d, n) => ({
    zh: `「${n}」的 ${d} 不是 BPMN 允许的值。`,
    en: `Expected a value that BPMN has on "${n}", but there is ${d}.`,
  }),
  'bpmn.start_value': (d, n) => ({
    zh: `「${n}」因何、何时开始,发布时就要知道;「${d}」要用到还没有的变量,或者算不出来。`,
    en: `Expected "${n}" to say without variables what starts it, but "${d}" needs some or gives nothing.`,
  }),
  'bpmn.no_process': () => ({
    zh: '文件中没有可执行的流程。',
    en: 'Expected an executable process, but the file has none.',
  }),
  'bpmn.not_executable': (d, n) => ({
    zh: `「${n}」:暂不支持${d}。`,
    en: `Expected only what can be executed, but "${n}" is or has: ${d}.`,
  }),
  'bpmn.forbidden_code': (d, n) => ({
    zh: `「${n}」不允许使用代码或其他表达式语言(${d}),请使用 FEEL。`,
    en: `Expected FEEL on "${n}", but there is foreign code (${d}).`,
  }),
  'bpmn.missing': (d, n) => ({ zh: `「${n}」缺少:${d}。`, en: `Expected "${n}" to have ${d}, but it is missing.` }),
  'bpmn.not_allowed_here': (d, n) => ({
    zh: `「${n}」:${d} 不能放在这里。`,
    en: `Expected ${d} elsewhere, but it stands on "${n}".`,
  }),
  'bpmn.start_with_incoming': (_, n) => ({
    zh: `开始事件「${n}」不能有流入的连线。`,
    en: `Expected no flow into the start event "${n}", but there is one.`,
  }),
  'bpmn.end_with_outgoing': (_, n) => ({
    zh: `结束事件「${n}」不能有流出的连线。`,
    en: `Expected no flow out of the end event "${n}", but there is one.`,
  }),
  'bpmn.no_start': (_, n) => ({
    zh: `「${n}」没有开始的地方。`,
    en: `Expected "${n}" to begin somewhere, but nothing in it is without an incoming flow.`,
  }),
  'bpmn.boundary_attachment': (d, n) => ({
    zh: `边界事件「${n}」不能附在「${d}」上。`,
    en: `Expected "${n}" to be attached to an activity beside it, but it is attached to "${d}".`,
  }),
  'bpmn.boundary_with_incoming': (_, n) => ({
    zh: `边界事件「${n}」不能有流入的连线。`,
    en: `Expected no flow into the boundary event "${n}", but there is one.`,
  }),
  'bpmn.flow_crosses_scope': (_, n) => ({
    zh: `连线「${n}」穿过了子流程的边界。`,
    en: `Expected "${n}" to stay inside its sub-process, but it crosses the border.`,
  }),
  'bpmn.default_flow': (d, n) => ({
    zh: `「${n}」的默认连线「${d}」不是它的流出连线。`,
    en: `Expected the default flow of "${n}" to leave it, but "${d}" does not.`,
  }),
  'bpmn.default_with_condition': (d, n) => ({
    zh: `「${n}」的默认连线「${d}」不能有条件。`,
    en: `Expected no condition on the default flow of "${n}", but "${d}" has one.`,
  }),
  'bpmn.condition_not_allowed': (_, n) => ({
    zh: `连线「${n}」从这里流出时不能有条件。`,
    en: `Expected no condition on "${n}", because its source takes every flow.`,
  }),
  'bpmn.condition_on_default': (_, n) => ({
    zh: `「${n}」是默认连线，不能有条件。`,
    en: `Expected no condition on "${n}", because it is the default flow.`,
  }),
  'bpmn.link_target': (d, n) => ({
    zh: `链接「${n}」指向的「${d}」在同一范围内没有捕获事件。`,
    en: `Expected a catching link "${d}" in the same scope as "${n}", but there is none.`,
  }),
  'bpmn.link_twice': (d, n) => ({
    zh: `链接「${d}」有多个捕获事件，「${n}」是多余的。`,
    en: `Expected one catching link "${d}", but "${n}" is another.`,
  }),
  'bpmn.gateway_follower': (d, n) => ({
    zh: `事件网关「${n}」之后不能是「${d}」。`,
    en: `Expected an event that can be waited for after "${n}", but there is ${d}.`,
  }),
  'bpmn.no_condition': (d, n) => ({
    zh: `「${n}」有多条流出连线,但「${d}」没有条件,其后的连线不会被选中。`,
    en: `Expected a condition on "${d}", because every flow after it at "${n}" is never chosen.`,
  }),
  'bpmn.unreachable': (d, n) => ({
    zh: `无法到达「${n}」(${d})。`,
    en: `Expected a way from the start to "${n}", but there is none (${d}).`,
  }),
  'bpmn.no_way_to_end': (d, n) => ({
    zh: `从「${n}」无法到达结束(${d})。`,
    en: `Expected a way from "${n}" to an end, but there is none (${d}).`,
  }),
  'bpmn.busy_loop': (d, n) => ({
    zh: `「${n}」所在的循环从不等待:${d}。`,
    en: `Expected the loop at "${n}" to wait somewhere, but it never does: ${d}.`,
  }),
  'bpmn.call_circle': (d, n) => ({
    zh: `「${n}」调用的「${d}」又会调用到自己,永远不会结束。`,
    en: `Expected the calls of "${n}" to come to an end, but "${d}" leads back to it.`,
  }),
  'bpmn.unsound_deadlock': (d, n) => ({
    zh: `「${n}」会一直等下去，等不到其余的分支：${d}。`,
    en: `Expected every branch to arrive at "${n}", but on this way it waits for ever: ${d}.`,
  }),
  'bpmn.unsound_twice': (d, n) => ({
    zh: `「${n}」之后的内容会被执行多次，因为有多个分支先后经过：${d}。`,
    en: `Expected one branch to go on after "${n}", but on this way several do, one after the other: ${d}.`,
  }),
  'feel.syntax': (d, n) => ({ zh: `「${n}」的表达式有误:${d}`, en: `Expected a FEEL expression on "${n}", but ${d}` }),
  'timer.syntax': (d, n) => ({
    zh: `「${n}」的时间「${d}」无效。`,
    en: `Expected a date, duration or cycle on "${n}", but got "${d}".`,
  }),
  'mi.limit': (d, n) => ({
    zh: `「${n}」的多实例数量无效:${d}(0 至 1000 的整数)。`,
    en: `Expected a whole number from 0 to 1000 of instances on "${n}", but got ${d}.`,
  }),
  'bpmn.quantity': (d, n) => ({
    zh: `「${n}」的令牌数量应为 1 至 1000 的整数,实际为 ${d}。`,
    en: `Expected a whole number from 1 to 1000 of tokens on "${n}", but got ${d}.`,
  }),
  'bpmn.number': (d, n) => ({
    zh: `「${n}」的 ${d} 应为整数(次数不为负,人工任务的优先级为 0 至 100)。`,
    en: `Expected a whole number on "${n}" (attempts not negative, the priority of a task from 0 to 100), but got ${d}.`,
  }),
  'loop.maximum': (d, n) => ({
    zh: `「${n}」的循环次数上限应为非负整数,实际为 ${d}。`,
    en: `Expected loopMaximum of "${n}" to be a whole number, but got ${d}.`,
  }),
  'approval.unknown_value': (d, n) => ({
    zh: `「${n}」:${d} 不是有效的取值。`,
    en: `Expected a known value on "${n}", but got ${d}.`,
  }),
  'approval.unknown_element': (d, n) => ({
    zh: `「${n}」引用的元素「${d}」不存在。`,
    en: `Expected "${d}", which "${n}" names, but there is no such element.`,
  }),
  'approval.threshold': (d, n) => ({
    zh: `「${n}」的通过比例或人数无效:${d}。`,
    en: `Expected a valid threshold on "${n}", but got ${d}.`,
  }),
  'approval.too_many_reminders': (d, n) => ({
    zh: `「${n}」最多提醒 10 次,实际 ${d} 次。`,
    en: `Expected at most 10 reminders on "${n}", but there are ${d}.`,
  }),
  'approval.return_needs_form': (_, n) => ({
    zh: `「${n}」回到发起人时没有可填的内容：没有人工任务，开始事件也没有表单。`,
    en: `Expected a task before "${n}" or a form at the start event to return to, but there is neither.`,
  }),
  'approval.cannot_undo': (d, n) => ({
    zh: `「${d}」执行以后，「${n}」不能再退回；可以重复执行的话，请在「${d}」上说明。`,
    en: `Once "${d}" has acted, "${n}" can no longer return the case, unless "${d}" is marked repeatable.`,
  }),
  'approval.nobody_today': (d, n) => ({
    zh: `「${n}」今天找不到办理人：${d}。`,
    en: `Expected somebody to do "${n}", but nobody is found today: ${d}.`,
  }),
  'approval.chain_without_role': (d, n) => ({
    zh: `「${n}」的逐级审批要到角色「${d}」为止，但今天没有人是这个角色，会走完整条上级链。`,
    en: `Expected the manager chain of "${n}" to meet the role "${d}", but nobody has it today, so the whole chain is asked.`,
  }),
  'approval.count_capped': (d, n) => ({
    zh: `「${n}」要求的同意人数比办理人多，会按 ${d} 人算。`,
    en: `Expected no more approvals on "${n}" than people who are asked, so ${d} will be enough.`,
  }),
  'approval.same_person': (d, n) => ({
    zh: `「${n}」总是再问一次在「${d}」同意过的同一个人；可以设为同意过就通过。`,
    en: `"${n}" always asks the same person as "${d}" once more; whoever approved there can be let pass here.`,
  }),
  'approval.hidden_required': (d, n) => ({
    zh: `「${n}」隐藏了必填项「${d}」，看不到就填不了。`,
    en: `Expected "${d}" to be shown on "${n}", because it is required, but it is hidden.`,
  }),
  'approval.fields_without_form': (_, n) => ({
    zh: `「${n}」设置了字段权限，但没有表单。`,
    en: `Expected a form on "${n}", because it has rights for fields, but there is none.`,
  }),
  'approval.nobody_named': (_, n) => ({
    zh: `「${n}」没有写由谁办理，也不在泳道里，到这一步会找不到人。`,
    en: `Expected "${n}" to name who does it, by participants or by a lane, but nobody is named.`,
  }),
  'approval.barred_always': (d, n) => ({
    zh: `「${n}」唯一的办理人经手了「${d}」，按双人复核不能办理，会找不到人。`,
    en: `The only person whom "${n}" asks handled "${d}", which four eyes forbid, so nobody will be found.`,
  }),
  'approval.no_verdict': (_, n) => ({
    zh: `「${n}」的按钮都不能给出结果，也没有到时处理，这一步结束不了。`,
    en: `Expected a button of "${n}", its deadline or an event to end it, but nothing does.`,
  }),
  'approval.return_nowhere': (_, n) => ({
    zh: `「${n}」前面没有人工任务，退回总会被拒绝。`,
    en: `Expected a task before "${n}" to return to, but there is none, so a return will always be refused.`,
  }),
  'approval.return_never': (d, n) => ({
    zh: `「${d}」不在到「${n}」的路上，退回到那里总会被拒绝。`,
    en: `Expected "${d}" to be a task on the way to "${n}", but it is not, so a return there will always be refused.`,
  }),
  'approval.custom_needs_one': (_, n) => ({
    zh: `「${n}」的自定义结果只能用于或签或单人办理。`,
    en: `Expected mode any or a single person on "${n}", because it has a custom outcome.`,
  }),
} satisfies Record<string, Say>

export type ProblemCode = keyof typeof sentences

/** Kinds of one trouble that have sentences of their own and a code in common (reliability B25, B27). */
const codes: Partial<Record<ProblemCode, string>> = {
  'bpmn.condition_on_default': 'bpmn.condition_not_allowed',
  'bpmn.no_way_to_end': 'bpmn.unreachable',
  'bpmn.unsound_deadlock': 'bpmn.unsound',
  'bpmn.unsound_twice': 'bpmn.unsound',
}

/** A way through a diagram as people read it, by names; of a long one the end. */
export function pathOf(way: readonly { id: string; name: string }[]): string {
  const shown = way.slice(-10).map(({ id, name }) => name.slice(0, 30) || id.slice(0, 30))
  return (way.length > shown.length ? ['…', ...shown] : shown).join(' → ')
}

/** Makes a problem of the catalogue. */
export function problem(
  code: ProblemCode,
  element: { id: string; name?: string | undefined } | null,
  detail = '',
  severity: Problem['severity'] = 'error',
): Problem {
  const name = element?.name ? element.name.slice(0, 100) : undefined
  const say: Say = sentences[code]
  const made: Problem = {
    elementId: element?.id || null,
    severity,
    code: codes[code] ?? code,
    message: say(detail.slice(0, 300), name ?? element?.id ?? ''),
  }
  if (name !== undefined) made.elementName = name
  return made
}
