export default {
  required: 'required',
}
