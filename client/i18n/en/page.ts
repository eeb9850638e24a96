export default {
  back: 'Back',
  context: 'Context',
  close: 'Close',
  loading: 'Loading',
  leaveTitle: 'Leave now?',
  leave: 'Leave',
  leaveWill: 'What was changed on this page and is not saved or sent gets lost.',
}
