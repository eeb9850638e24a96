export default {
  workbench: 'Inbox',
  workbenchPhone: 'To do',
  orders: 'Orders',
  cases: 'Cases',
  goods: 'Goods',
  studio: 'Studio',
  operations: 'Runs',
  insight: 'Insight',
  settings: 'Settings',
  profile: 'Me',
}
