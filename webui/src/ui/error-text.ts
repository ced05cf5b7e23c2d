// An error in the person's words: what happened and what to do.
import type { AppErrorCode } from '../core/errors';
import { isKnown, t } from '../core/i18n';

export function errorText(code: AppErrorCode): string {
  const key = `error_${code}` as const;
  // What only admins' pages can meet has its words there.
  return isKnown(key) ? t(key) : t('error_internal');
}
