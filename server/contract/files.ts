import Type, { type Static } from 'typebox'
import { Instant } from './shared.ts'

/** Largest single file in bytes. */
export const LARGEST_FILE = 10 * 1024 * 1024

/** Kinds of content that are taken, told by their bytes, with the extension each is stored under. */
export const fileTypes = {
  'image/jpeg': 'jpg',
  'image/png': 'png',
  'image/webp': 'webp',
  'image/gif': 'gif',
  'application/pdf': 'pdf',
  'video/mp4': 'mp4',
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document': 'docx',
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': 'xlsx',
  'text/plain': 'txt',
} as const

export type FileType = keyof typeof fileTypes

/** A stored file, without its bytes. */
export const FileInfo = Type.Object({
  id: Type.String(),
  name: Type.String(),
  type: Type.String(),
  size: Type.Integer(),
  uploadedAt: Instant,
})
export type FileInfo = Static<typeof FileInfo>
