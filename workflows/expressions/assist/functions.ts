import type { Sentence } from '../../model/problem.ts'

/** A built-in function for its author: parameters (with `?` when they may be left out, `...` when there may be many), result, use. */
export interface FunctionHelp {
  readonly name: string
  readonly parameters: readonly string[]
  readonly result: string
  readonly does: Sentence
}

/** name | parameters | result | what it does, in both languages. Without code, so that an editor need not load the functions. */
const rows = `
decimal | n, scale | number | 保留几位小数（四舍六入五成双） | rounds to so many decimals, half to even
floor | n, scale? | number | 向下取整 | rounds down
ceiling | n, scale? | number | 向上取整 | rounds up
round up | n, scale | number | 远离零取整 | rounds away from zero
round down | n, scale | number | 向零取整 | rounds towards zero
round half up | n, scale | number | 四舍五入 | rounds half away from zero
round half down | n, scale | number | 五舍六入 | rounds half towards zero
abs | n | any | 绝对值 | the absolute value
modulo | dividend, divisor | number | 余数 | the remainder
sqrt | number | number | 平方根 | the square root
log | number | number | 自然对数 | the natural logarithm
exp | number | number | e 的几次方 | e to a power
odd | number | boolean | 是不是奇数 | whether it is odd
money.percent | amount, percent | number | 百分之几，四舍五入到分 | a percentage of money, in whole minor units
money.allocate | amount, parts | list | 分成几份，合计不变 | shares money out so that nothing is lost
even | number | boolean | 是不是偶数 | whether it is even
substring | string, start position, length? | string | 取文字的一段 | a part of a text
string length | string | number | 文字有几个字 | how long a text is
upper case | string | string | 改成大写 | in capitals
lower case | string | string | 改成小写 | in small letters
substring before | string, match | string | 某段文字之前的部分 | what stands before a text
substring after | string, match | string | 某段文字之后的部分 | what stands after a text
contains | string, match | boolean | 文字里有没有 | whether a text has another in it
starts with | string, match | boolean | 是不是以它开头 | whether a text begins so
ends with | string, match | boolean | 是不是以它结尾 | whether a text ends so
matches | input, pattern, flags? | boolean | 合不合一个格式（正则） | whether a text fits a pattern
replace | input, pattern, replacement, flags? | string | 替换文字 | replaces what fits a pattern
split | string, delimiter | list | 按分隔符拆开 | cuts a text into a list
extract | string, pattern | list | 取出合格式的部分 | what fits a pattern
string join | list, delimiter? | string | 把几段文字连起来 | puts texts together
trim | string | string | 去掉两头的空格 | without spaces around it
is blank | string | boolean | 是不是空的文字 | whether a text is empty
string | from | string | 变成文字 | as a text
list contains | list, element | boolean | 列表里有没有 | whether a list has it
count | list | number | 有几项 | how many items
min | list... | any | 最小的 | the least
max | list... | any | 最大的 | the greatest
sum | list... | number | 加起来 | the sum
mean | list... | number | 平均数 | the average
product | list... | number | 乘起来 | the product
median | list... | number | 中位数 | the median
stddev | list... | number | 标准差 | the standard deviation
mode | list... | list | 出现最多的数 | the most frequent numbers
all | list... | boolean | 全都成立 | whether all hold
any | list... | boolean | 有一个成立 | whether one holds
sublist | list, start position, length? | list | 取列表的一段 | a part of a list
append | list, item... | list | 在后面加几项 | with more items
concatenate | list... | list | 把几个列表接起来 | lists one after the other
insert before | list, position, newItem | list | 在某一项前插入 | with an item put before another
remove | list, position | list | 去掉某一项 | without an item
list replace | list, position, newItem | list | 换掉某一项 | with an item replaced
reverse | list | list | 倒过来 | in the other order
index of | list, match | list | 在第几项 | where it is found
union | list... | list | 合并去重 | lists together, each item once
distinct values | list | list | 去重 | each item once
duplicate values | list | list | 重复的项 | items that occur twice
flatten | list | list | 摊平嵌套的列表 | without lists inside
sort | list, precedes? | list | 排序 | in order
is empty | list | boolean | 列表是不是空的 | whether a list is empty
partition | list, size | list | 按个数分组 | in groups of a size
get value | m, key | any | 按名字取值 | an entry by its name
get entries | m | list | 名字和值的列表 | names and values
context | entries | context | 由名字和值组成 | made of names and values
context put | context, key, value | context | 加一个值 | with another entry
context merge | contexts | context | 合并 | several in one
not | negand | boolean | 不成立 | the opposite
is defined | value | boolean | 有没有值 | whether there is a value
assert | value, condition, cause? | any | 条件成立时就是这个值，不成立就报错 | the value where a condition holds, else a failure
from json | value | any | 由 JSON 文字变成值 | a value from a text of JSON
to json | value | string | 变成 JSON 文字 | as a text of JSON
cycle | repetitions, interval? | string | 定时器隔多久、重复几次 | how far apart and how often a timer fires
fromAi | value, description?, type?, schema?, options? | any | 就是这个值（Camunda 的标记） | the value itself, marked for Camunda
get or else | value, default | any | 没有时用另一个 | another value when there is none
is | value1?, value2? | boolean | 类型和值都一样 | the same type and value
date | from | date | 日期 | a date
time | from | time | 时间 | a time
date and time | from | date and time | 日期和时间 | a date and time
duration | from | duration | 时长，比如 P7D | a duration, such as P7D
years and months duration | from, to | duration | 相差几年几月 | years and months between
number | from, grouping separator?, decimal separator? | number | 变成数 | as a number
day of year | date | number | 一年里的第几天 | the day of the year
day of week | date | string | 星期几 | the day of the week
month of year | date | string | 几月 | the month
week of year | date | number | 一年里的第几周 | the week of the year
last day of month | date | number | 当月最后一天 | the last day of the month
now | | date and time | 现在 | this moment
today | | date | 今天 | today
before | point1, point2 | boolean | 在它之前 | whether it lies before
after | point1, point2 | boolean | 在它之后 | whether it lies after
meets | range1, range2 | boolean | 结束时它正好开始 | whether it ends where the other begins
met by | range1, range2 | boolean | 开始时它正好结束 | whether it begins where the other ends
overlaps | range1, range2 | boolean | 有重叠 | whether they share something
overlaps before | range1, range2 | boolean | 后段和它重叠 | whether it reaches into the other
overlaps after | range1, range2 | boolean | 前段和它重叠 | whether the other reaches into it
finishes | point, range | boolean | 同时结束 | whether it ends with the other
finished by | range, point | boolean | 它同时结束 | whether the other ends with it
includes | range, point | boolean | 包含 | whether the other lies in it
during | point, range | boolean | 在它之内 | whether it lies in the other
starts | point, range | boolean | 同时开始 | whether it begins with the other
started by | range, point | boolean | 它同时开始 | whether the other begins with it
coincides | point1, point2 | boolean | 完全相同 | whether they are the same
range | from | range | 由文字得到范围 | a range from a text
`

export const functionHelp: readonly FunctionHelp[] = rows
  .trim()
  .split('\n')
  .map((row) => {
    const [name = '', parameters = '', result = 'any', zh = '', en = ''] = row.split('|').map((part) => part.trim())
    return { name, parameters: parameters === '' ? [] : parameters.split(', '), result, does: { zh, en } }
  })

const byName = new Map(functionHelp.map((each) => [each.name, each]))

export const helpOf = (name: string): FunctionHelp | undefined => byName.get(name)
