export default {
  workbench: '工作台',
  workbenchPhone: '待办',
  orders: '订单',
  cases: '售后单',
  goods: '进销存',
  studio: '设计',
  operations: '运行',
  insight: '分析',
  settings: '设置',
  profile: '我的',
}
