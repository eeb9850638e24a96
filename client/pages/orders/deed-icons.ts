import { PackageX, Store } from '@lucide/vue'
import type { Component } from 'vue'
import type { Deed } from './deeds.ts'

export const deedIcons: Record<Deed['key'], Component> = { cancel: PackageX, merchantCancel: Store }
