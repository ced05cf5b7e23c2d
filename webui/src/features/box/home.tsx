// Three questions at a glance: is it well, who is here, what needs me. On phones the list of pages follows.
import { session, sync, wide } from '../../app';
import { t } from '../../core/i18n';
import { formatRoute } from '../../core/router';
import { Callout } from '../../ui/callout';
import { hostOf } from '../../ui/link-share';
import { Card, Row } from '../../ui/list';
import { Page, Section } from '../../ui/page';
import { usePoll } from '../../ui/poll';
import { admin } from './admin';
import { BoxIcon } from './box-icon';
import { findingsOf, FindingNote } from './findings';
import { MenuGroups } from './menu';
import './box.css';

const LOOK_MS = 15_000;

export function Home() {
  return (
    <Page title={session.box.value?.name ?? t('tab_box')} narrow>
      <div class="box-glance">
        <Well />
        <NeedsMe />
        <Address />
      </div>
      {!wide.value && <MenuGroups />}
    </Page>
  );
}

function Well() {
  const health = usePoll(() => admin.health(), [], LOOK_MS);
  if (health.error && !health.value) return <Callout kind="warn" title={t('box_well_unknown')} />;
  const found = health.value ? findingsOf(health.value) : null;
  return (
    <Section title={t('box_well_title')}>
      <div class="stack" role="status">
        {found === null ? (
          <Callout kind="info" title={t('loading')} />
        ) : found.length === 0 ? (
          <Callout kind="good" title={t('box_well')} />
        ) : (
          found.map((finding) => <FindingNote key={finding.id} finding={finding} />)
        )}
      </div>
    </Section>
  );
}

/** What waits for an admin's word. */
function NeedsMe() {
  const waiting = sync.requests.value.length;
  const update = usePoll(() => admin.update(), [], null).value;
  const network = usePoll(() => admin.network(), [], LOOK_MS).value;
  const rows = [
    waiting > 0 && (
      <Row key="requests" icon="bell" title={t('requests_title')} note={t('requests_count', { n: waiting })} href={formatRoute({ at: 'requests' })} />
    ),
    network?.pending && (
      <Row key="network" lead={<BoxIcon name="network" />} title={t('box_need_network')} href={formatRoute({ at: 'box', page: 'network' })} />
    ),
    update?.install?.state === 'done' && update.next === 'other' ? (
      <Row key="update" lead={<BoxIcon name="update" />} title={t('box_need_restart')} href={formatRoute({ at: 'box', page: 'updates' })} />
    ) : (
      update?.bundle && (
        <Row
          key="update"
          lead={<BoxIcon name="update" />}
          title={t('box_need_install', { version: update.bundle.version })}
          href={formatRoute({ at: 'box', page: 'updates' })}
        />
      )
    ),
    sync.me.value?.has_password === false && (
      <Row key="password" icon="lock" title={t('box_need_password')} href={formatRoute({ at: 'me', page: 'password' })} />
    ),
  ].filter(Boolean);
  return (
    <Section title={t('box_needs_title')}>
      {rows.length === 0 ? <p class="section-help">{t('box_needs_nothing')}</p> : <Card>{rows}</Card>}
    </Section>
  );
}

/** Where people reach it. */
function Address() {
  const box = session.box.value;
  if (!box) return null;
  return (
    <Section title={t('box_address_title')}>
      <Card>
        {box.addresses.map((address) => (
          <Row
            key={address.url}
            icon="globe"
            title={<span class="box-address">{hostOf(address.url)}</span>}
            note={address.is_name ? t('address_name') : t('address_ip')}
          />
        ))}
        <Row icon="qr" title={t('invite_people')} note={t('box_invite_note')} href={formatRoute({ at: 'box', page: 'invites' })} />
      </Card>
      <p class="section-help">{t('version', { version: box.version })}</p>
    </Section>
  );
}
