export default {
  stays: '不变的是',
  typeAmount: '输入 {amount} 确认',
  back: '先不做',
}
