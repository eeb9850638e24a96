export default {
  title: 'There is nothing here',
  why: 'The address is wrong, or this page is not for you.',
  what: 'Start again from the beginning, or ask the colleague who gave you the link.',
  back: 'Back to the start',
}
