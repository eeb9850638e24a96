export default {
  title: 'Search or do something',
  results: 'Results',
  places: 'Go to',
  none: 'Nothing found. Try other words, or only the last digits of the number.',
  select: 'select',
  open: 'open',
  count: '{count} found',
}
