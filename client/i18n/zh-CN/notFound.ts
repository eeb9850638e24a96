export default {
  title: '这里没有东西',
  why: '地址不对，或者你没有权限看这一页。',
  what: '从左边的入口重新进，或者问给你链接的同事。',
  back: '回到开始',
}
