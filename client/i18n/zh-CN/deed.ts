export default {
  offline: '网断了。写好的内容还在，连上后再试。',
  failed: '没有做成，再试一次。',
  loadFailed: '没有读到，再试一次。',
  retry: '再试一次',
  gone: '没有找到，或者不归你看。',
  goneWhat: '核对单号，或者从列表里打开。',
}
