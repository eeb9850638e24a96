export default {
  required: '必填',
  personHint: '姓名、拼音或登录名',
  personNone: '没有这样的同事',
}
