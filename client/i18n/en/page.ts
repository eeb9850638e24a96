export default {
  back: 'Back',
  context: 'Context',
  close: 'Close',
  loading: 'Loading',
}
