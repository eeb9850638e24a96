export default {
  required: '必填',
}
