// The faces of nothing: empty, loading, went wrong. Each says what to do next.
import type { ComponentChildren } from 'preact';
import { errorText } from './error-text';
import { t } from '../core/i18n';
import type { AppErrorCode } from '../core/errors';
import { Button } from './button';
import { Icon, type IconName } from './icon';
import './states.css';

export function Empty({ icon, title, children }: { icon: IconName; title: string; children?: ComponentChildren }) {
  return (
    <div class="empty">
      <span class="empty-icon">
        <Icon name={icon} />
      </span>
      <p class="empty-title">{title}</p>
      {children && <div class="empty-text">{children}</div>}
    </div>
  );
}

export function Skeleton({ rows = 6 }: { rows?: number }) {
  return (
    <div class="skeleton" role="status">
      <span class="hidden">{t('loading')}</span>
      {Array.from({ length: rows }, (_, index) => (
        <div key={index} class="skeleton-row" aria-hidden="true">
          <span class="skeleton-face" />
          <span class="skeleton-lines">
            <span />
            <span />
          </span>
        </div>
      ))}
    </div>
  );
}

export function Broken({ code, onRetry }: { code: AppErrorCode; onRetry: () => void }) {
  return (
    <div class="empty" role="alert">
      <span class="empty-icon">
        <Icon name="alert" />
      </span>
      <p class="empty-title">{errorText(code)}</p>
      <Button icon="retry" onClick={onRetry}>
        {t('try_again')}
      </Button>
    </div>
  );
}
