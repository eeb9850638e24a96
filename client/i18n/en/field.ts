export default {
  required: 'required',
  personHint: 'Name, pinyin or user name',
  personNone: 'Nobody like this',
}
