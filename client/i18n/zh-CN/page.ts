export default {
  back: '返回',
  context: '相关信息',
  close: '关闭',
  loading: '正在读取',
  leaveTitle: '现在就离开？',
  leave: '离开',
  leaveWill: '这一页上改过、还没保存或发出的内容会丢掉。',
}
