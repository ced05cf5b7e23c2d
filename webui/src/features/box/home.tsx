// Three questions at a glance: is it well, who is here, what needs me. On phones the list of pages follows.
import { useEffect } from 'preact/hooks';
import { wide } from '../../app/navigation';
import { boxFindings } from '../../app/state';
import { api, session, sync } from '../../app/wiring';
import type { Finding, PatrolReport } from '../../core/admin-wire';
import { urls } from '../../core/api';
import { boxNow } from '../../core/box-time';
import { languageTag, t } from '../../core/i18n';
import { formatRoute } from '../../core/router';
import { distance } from '../../core/when';
import { Button } from '../../ui/button';
import { Callout } from '../../ui/callout';
import { hostOf } from '../../ui/link-share';
import { Card, Row } from '../../ui/list';
import { useAction, useLoad, type Loaded } from '../../ui/load';
import { Page, Section } from '../../ui/page';
import { usePoll } from '../../ui/poll';
import { admin } from './admin';
import { BoxIcon } from './box-icon';
import { Refusal } from './box-page';
import { FindingNote } from './health/findings';
import { MenuGroups } from './menu';
import './box.css';

const LOOK_MS = 10_000;

export function Home() {
  const patrol = usePoll(() => admin.patrol(), [], LOOK_MS);
  const found = patrol.value?.findings;
  useEffect(() => {
    if (found) boxFindings.value = found;
  }, [found]);
  return (
    <Page title={session.box.value?.name ?? t('tab_box')} narrow>
      <div class="box-glance">
        <Well patrol={patrol} />
        <Here />
        <NeedsMe found={patrol.value?.findings ?? null} />
        <Address />
      </div>
      {!wide.value && <MenuGroups />}
    </Page>
  );
}

function Well({ patrol }: { patrol: Loaded<PatrolReport> }) {
  const action = useAction();
  const report = patrol.value;
  if (!report) return <Callout kind={patrol.error ? 'warn' : 'info'} title={patrol.error ? t('box_well_unknown') : t('loading')} live="status" />;
  // Who waits at the door is said below.
  const found = report.findings.filter((finding) => finding.id !== 'people_waiting');
  return (
    <Section title={t('box_well_title')}>
      <div class="stack" role="status">
        {found.length === 0 ? <Callout kind="good" title={t('box_well')} /> : found.every((finding) => finding.severity === 'hint') && <p>{t('box_well_but')}</p>}
        {found.map((finding) => (
          <FindingNote key={finding.id} finding={finding} onDismiss={() => action.run(async () => patrol.set(await admin.dismissFinding(finding.id)))} />
        ))}
      </div>
      <div class="box-looked">
        <p class="section-help">{t('box_looked', { when: distance(report.at, boxNow()) })}</p>
        <Button kind="plain" icon="retry" busy={action.busy} onClick={() => action.run(async () => patrol.set(await admin.patrolNow()))}>
          {t('box_look_now')}
        </Button>
      </div>
      <Refusal code={action.error} />
    </Section>
  );
}

/** Who is here, at most and now, today. */
function Here() {
  const chart = usePoll(() => admin.chart(300), [], LOOK_MS * 4).value;
  const now = chart?.points[chart.points.length - 1];
  if (!chart || !now) return null;
  const midnight = new Date(boxNow()).setHours(0, 0, 0, 0);
  const today = chart.points.filter((point) => point.at >= midnight);
  const sent = today.reduce((sum, point) => sum + point.messages, 0);
  return (
    <Section title={t('box_here_title')}>
      <div class="box-numbers">
        <a class="box-number" href={formatRoute({ at: 'box', page: 'charts' })}>
          <strong>{now.online.toLocaleString(languageTag.value)}</strong>
          <span>{t('box_online_now')}</span>
        </a>
        <a class="box-number" href={formatRoute({ at: 'box', page: 'charts' })}>
          <strong>{sent.toLocaleString(languageTag.value)}</strong>
          <span>{t('box_messages_today')}</span>
        </a>
      </div>
    </Section>
  );
}

/** What waits for an admin's word. Nothing does only when nothing was found above either. */
function NeedsMe({ found }: { found: readonly Finding[] | null }) {
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
  if (rows.length === 0 && (found === null || found.length > 0)) return null;
  return (
    <Section title={t('box_needs_title')}>
      {rows.length === 0 ? <p class="section-help">{t('box_needs_nothing')}</p> : <Card>{rows}</Card>}
    </Section>
  );
}

/** Where people reach it, and the poster's code for those who stand beside. */
function Address() {
  const box = session.box.value;
  const invites = useLoad(() => api.invites(), []).value;
  const poster = invites?.find((invite) => invite.expires_at == null && invite.max_uses == null && !invite.guest);
  if (!box) return null;
  return (
    <Section title={t('box_address_title')}>
      {poster && (
        <a class="box-qr" href={formatRoute({ at: 'box', page: 'poster', id: poster.id })}>
          <img src={urls.inviteQr(poster.id, 0)} alt={t('invite_qr')} width="144" height="144" />
          <span>{t('poster_scan')}</span>
        </a>
      )}
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
