import type { FileInfo } from '../../server/contract/files.ts'
import { post } from './http.ts'

/** Uploads one file; its content decides its type on the server. */
export const uploadFile = (file: File) =>
  post<FileInfo>('/api/files', file, {
    headers: { 'content-type': 'application/octet-stream', 'x-file-name': encodeURIComponent(file.name) },
  })

export const fileAddress = (id: string) => `/api/files/${encodeURIComponent(id)}`
