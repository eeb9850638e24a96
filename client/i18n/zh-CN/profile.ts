export default {
  title: '我的',
}
