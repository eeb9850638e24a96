import { refuse, type Problem } from '../../workflows/model/problem.ts'

export const studioRefusals = {
  notFound: () => refuse('resource.not_found', { zh: '没有找到。', en: 'It was not found.' }),

  stale: (savedBy: string, savedAt: string) =>
    refuse(
      'draft.stale',
      {
        zh: `${savedBy} 刚刚也改了这份草稿。重新打开后再改，你现在的内容还在这里。`,
        en: `${savedBy} has changed this draft meanwhile. Open it again; what you have now stays here.`,
      },
      { params: { savedBy, savedAt } },
    ),

  idTaken: (id: string) =>
    refuse(
      'resource.id_taken',
      { zh: `刚刚有人也建了 ${id}。换个名字再建。`, en: `Somebody has just made ${id}. Choose another name.` },
      { where: 'name' },
    ),

  nothingToPublish: () =>
    refuse('draft.none', { zh: '没有改动，不用发布。', en: 'Nothing was changed, so there is nothing to publish.' }),

  hasProblems: (problems: Problem[]) =>
    refuse(
      'resource.has_problems',
      {
        zh: `还有 ${problems.length} 个错误，先解决再发布。`,
        en: `Solve ${problems.length} error(s) before publishing.`,
      },
      { params: { problems }, ...(problems[0]?.elementId ? { where: problems[0].elementId } : {}) },
    ),

  otherId: (expected: string, got: string) =>
    refuse(
      'resource.id_changed',
      {
        zh: `标识应当是 ${expected}，不能改成 ${got}。`,
        en: `Expected the id ${expected}, but the content says ${got}.`,
      },
      { params: { expected, got } },
    ),
}
