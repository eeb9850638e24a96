export default {
  back: '返回',
  context: '相关信息',
  close: '关闭',
  loading: '正在读取',
}
