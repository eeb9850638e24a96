/** What bpmn-js itself says, in Chinese. English is its own language. Keys are its texts, letter for letter. */
const chinese: Readonly<Record<string, string>> = {
  'Append end event': '加一个结束',
  'Append gateway': '加一个判断',
  'Append task': '加一步',
  'Append text annotation': '加一条备注',
  'Add text annotation': '加一条备注',
  'Add lane above': '在上面加一条泳道',
  'Add lane below': '在下面加一条泳道',
  'Divide into two lanes': '分成两条泳道',
  'Divide into three lanes': '分成三条泳道',
  'Change element': '换成别的',
  'Connect to other element': '连到另一步',
  'Connect using association': '连一条备注线',
  Delete: '删除',
  Remove: '删除',
  'Search in diagram': '在图里找',
  Search: '找',
  Loop: '循环',
  'Parallel multi-instance': '每一项同时办',
  'Sequential multi-instance': '每一项依次办',
  'Participant multiplicity': '多个参与方',
  'Toggle non-interrupting': '切换是否打断',
  'Open {element}': '打开{element}',
  'Align elements': '对齐',
  'Align elements ': '对齐',
  'Align elements left': '左对齐',
  'Align elements right': '右对齐',
  'Align elements center': '左右居中',
  'Align elements top': '上对齐',
  'Align elements bottom': '下对齐',
  'Align elements middle': '上下居中',
  'Distribute elements horizontally': '横向均匀分布',
  'Distribute elements vertically': '纵向均匀分布',
  'flow elements must be children of pools/participants': '流程里的东西要放进参与方的框里',
  'Data store reference': '资料库',
  'Data object reference': '资料',
  'Default flow': '其他情况走这里',
  'Sequence flow': '普通连线',
}

/** The `translate` of the canvas for a language of the page. */
export const canvasTranslate =
  (language: string) =>
  (text: string, values: Record<string, string> = {}): string =>
    ((language === 'en' ? undefined : chinese[text]) ?? text).replaceAll(
      /\{([^}]+)\}/g,
      (whole, name: string) => values[name] ?? whole,
    )
