export default {
  stays: 'What stays',
  typeAmount: 'Type {amount} to confirm',
  back: 'Not now',
}
