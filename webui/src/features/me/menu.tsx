// Me: who I am here, my devices, how it looks, and what a locked phone gets.
import { atRest } from '../../app/alerts';
import { route } from '../../app/navigation';
import { api, session, showError, sync } from '../../app/wiring';
import { useSignal } from '@preact/signals';
import { t } from '../../core/i18n';
import { formatRoute, type MePage } from '../../core/router';
import { formatBytes } from '../../core/sizes';
import { UserAvatar } from '../../ui/avatar';
import { Confirm } from '../../ui/confirm';
import type { IconName } from '../../ui/icon';
import { Row } from '../../ui/list';
import { useLoad } from '../../ui/load';
import { Page } from '../../ui/page';
import { languageName, themeName } from './look';
import './me.css';

export function MeMenu() {
  const me = sync.me.value;
  const at = route.value;
  const leaving = useSignal(false);
  const page = (page: MePage, icon: IconName, title: string, note?: string) => (
    <Row icon={icon} title={title} note={note} href={formatRoute({ at: 'me', page })} current={at.at === 'me' && at.page === page} />
  );
  return (
    <Page title={t('tab_me')}>
      {me && (
        <Row
          lead={<UserAvatar user={me.user} size="l" />}
          title={me.user.name}
          note={`@${me.user.handle}`}
          href={formatRoute({ at: 'me', page: 'profile' })}
          current={at.at === 'me' && at.page === 'profile'}
        />
      )}
      <nav class="me-menu" aria-label={t('tab_me')}>
        <Row icon="at" title={t('mentions_title')} href={formatRoute({ at: 'mentions' })} />
        <Row icon="star" title={t('starred_title')} href={formatRoute({ at: 'starred' })} />
        {page('devices', 'devices', t('my_devices'))}
        {page('password', 'lock', t('password'), me?.has_password ? t('password_set') : t('password_not_set'))}
        {page('notifications', 'bell', t('notifications'), atRest() ? t('dnd_now') : undefined)}
        {page('look', 'look', t('look'), `${languageName()} · ${themeName()}`)}
        {page('addresses', 'globe', t('addresses'), session.box.value?.name)}
        <MyFiles />
        <Row icon="leave" title={t('sign_out')} onClick={() => (leaving.value = true)} danger />
      </nav>
      {!window.isSecureContext && <p class="me-note">{t('locked_phone_note')}</p>}
      <p class="me-version">{t('version', { version: session.box.value?.version ?? '' })}</p>
      {leaving.value && (
        <Confirm
          title={t('sign_out_title')}
          text={me?.has_password ? t('sign_out_text') : t('sign_out_text_no_password')}
          action={t('sign_out')}
          onClose={() => (leaving.value = false)}
          onConfirm={() => void session.signOut().catch(showError)}
        />
      )}
    </Page>
  );
}

/** What I have stored, and how much I may. */
function MyFiles() {
  const { value: storage } = useLoad(() => api.storage(), []);
  if (!storage) return null;
  const used = formatBytes(storage.used_bytes);
  return <Row icon="file" title={t('my_files')} note={storage.quota_bytes == null ? used : t('my_files_of', { used, all: formatBytes(storage.quota_bytes) })} />;
}
