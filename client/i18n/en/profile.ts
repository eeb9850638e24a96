export default {
  title: 'Me',
}
