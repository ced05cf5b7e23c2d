// Short words about what just happened; they go by themselves.
import { signal } from '@preact/signals';
import type { AppErrorCode } from '../core/errors';

export interface Notice {
  id: number;
  kind: 'error' | 'done';
  code?: AppErrorCode;
  text?: string;
}
export const notices = signal<readonly Notice[]>([]);
let noticeId = 0;
export function showNotice(notice: Omit<Notice, 'id'>): void {
  const id = ++noticeId;
  notices.value = [...notices.value.slice(-2), { ...notice, id }];
  const shownMs = notice.kind === 'error' ? 7_000 : 3_000;
  window.setTimeout(() => (notices.value = notices.value.filter((one) => one.id !== id)), shownMs);
}
