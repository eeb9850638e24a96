export default {
  title: '搜索或要做的事',
  results: '结果',
  places: '去哪里',
  none: '没有找到。换个说法，或只输单号的后几位。',
  select: '选择',
  open: '打开',
  count: '{count} 条',
}
