// The common head of the admin pages, and the one way they show what is still loading or did not load.
import type { ComponentChildren } from 'preact';
import { wide } from '../../app/navigation';
import type { Key } from '../../core/i18n';
import { formatRoute, type BoxPage } from '../../core/router';
import type { AppErrorCode } from '../../core/errors';
import { errorText } from '../../ui/error-text';
import type { Loaded } from '../../ui/load';
import { Page } from '../../ui/page';
import { Broken, Skeleton } from '../../ui/states';
import './box.css';

interface FrameProps {
  title: string;
  /** Where "back" leads; wide screens have the list of pages beside and need it only on pages below one of those. */
  from?: BoxPage;
  actions?: ComponentChildren;
  children: ComponentChildren;
}

export function BoxPageFrame({ title, from = 'home', actions, children }: FrameProps) {
  const back = wide.value && from === 'home' ? undefined : formatRoute({ at: 'box', page: from });
  return (
    <Page title={title} back={back} actions={actions} narrow>
      {children}
    </Page>
  );
}

/** What was loaded, or its place while it is loading, or what went wrong and a way to try again. */
export function Shown<T>({ of, rows = 3, children }: { of: Loaded<T>; rows?: number; children: (value: T) => ComponentChildren }) {
  if (of.value !== null) return <>{children(of.value)}</>;
  if (of.error) return <Broken code={of.error} onRetry={of.reload} />;
  return <Skeleton rows={rows} />;
}

/** What an action refused to do, where the eye already is. */
export function Refusal({ code }: { code: AppErrorCode | null }) {
  if (!code) return null;
  return (
    <p class="field-error" role="alert">
      {errorText(code)}
    </p>
  );
}

export const PAGE_TITLES: Record<BoxPage, Key> = {
  home: 'tab_box',
  people: 'box_people',
  import: 'import_title',
  rooms: 'box_rooms',
  invites: 'invite_people',
  poster: 'poster',
  security: 'box_security',
  sessions: 'box_sessions',
  reports: 'box_reports',
  audit: 'box_audit',
  name: 'box_name_page',
  network: 'box_network',
  address: 'address_title',
  wifi: 'network_wifi',
  hotspot: 'hotspot_title',
  clock: 'box_clock',
  power: 'box_power',
  updates: 'box_updates',
  log: 'box_log',
  health: 'box_health',
  storage: 'box_storage',
  backup: 'box_backup',
  charts: 'box_charts',
  about: 'box_about',
  reset: 'box_reset',
};
