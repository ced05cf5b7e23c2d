// An error in the person's words: what happened and what to do.
import type { AppErrorCode } from '../core/errors';
import { t } from '../core/i18n';

export function errorText(code: AppErrorCode): string {
  return t(`error_${code}`);
}
