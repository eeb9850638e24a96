export default {
  offline: 'The network is down. What was written stays here; try again once it is back.',
  failed: 'That did not work. Try again.',
  loadFailed: 'This could not be read. Try again.',
  retry: 'Try again',
  gone: 'There is nothing here, or it is not yours to see.',
  goneWhat: 'Check the number, or open it from the list.',
}
