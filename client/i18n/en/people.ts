export default {
  substitute: {
    title: 'Away',
    note: 'New work goes to the substitute meanwhile; what is open stays. The log names both',
    who: 'Substitute',
    whoNeeded: 'Choose a colleague',
    period: 'When',
    periodNeeded: 'Choose a beginning and an end',
    from: 'From',
    until: 'Until (not included)',
    set: 'Set',
    end: 'End it',
    saved: 'The substitute is set',
    ended: 'The substitution has ended',
  },
  handover: {
    title: '{name} leaves. Who takes over?',
    verb: 'Hand over',
    to: 'Successor',
    willOut: 'Is signed out at once and cannot sign in any more.',
    willTasks:
      'No open task has to move. | {count} open task goes to the successor. | {count} open tasks go to the successor.',
    willRoles: 'The successor gets the roles: {names}.',
    willHead:
      'No department changes. | The successor heads {count} department. | The successor heads {count} departments.',
    willLead: 'The successor becomes the manager of {names}.',
    willStandIn: 'The successor stands in for {names}.',
    stays: 'What was done and all records stay.',
    stuck:
      'Nothing is in the way. | {count} task cannot go to this person; reassign it first: | {count} tasks cannot go to this person; reassign them first:',
    done: 'The work of {name} is handed over',
  },
}
