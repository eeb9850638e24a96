import type { RouteRecordRaw } from 'vue-router'

const roles = ['admin']

export const routes: RouteRecordRaw[] = [
  {
    path: '/settings',
    name: 'settings',
    component: () => import('./PeoplePage.vue'),
    meta: { area: 'settings', title: 'settings.title', roles },
  },
  {
    path: '/settings/people/new',
    name: 'new-person',
    component: () => import('./PersonPage.vue'),
    meta: { area: 'settings', title: 'settings.newPerson', roles },
  },
  {
    path: '/settings/people/:userId',
    name: 'person',
    component: () => import('./PersonPage.vue'),
    props: true,
    meta: { area: 'settings', title: 'settings.person', roles },
  },
  {
    path: '/settings/calendars/new',
    name: 'new-calendar',
    component: () => import('./CalendarPage.vue'),
    meta: { area: 'settings', title: 'settings.calendar.new', roles },
  },
  {
    path: '/settings/calendars/:calendarId',
    name: 'calendar',
    component: () => import('./CalendarPage.vue'),
    props: true,
    meta: { area: 'settings', title: 'settings.calendar.title', roles },
  },
]
