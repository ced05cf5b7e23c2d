// The network as it is, and the ways to change it. A change that goes wrong takes itself back.
import type { ComponentChildren } from 'preact';
import type { NetworkInterface, NetworkState } from '../../../core/admin-wire';
import { t } from '../../../core/i18n';
import { formatRoute } from '../../../core/router';
import { Button } from '../../../ui/button';
import { Callout } from '../../../ui/callout';
import { Icon } from '../../../ui/icon';
import { Card, Row } from '../../../ui/list';
import { Section } from '../../../ui/page';
import { usePoll } from '../../../ui/poll';
import { admin } from '../admin';
import { BoxIcon } from '../box-icon';
import { BoxPageFrame, Shown } from '../box-page';
import { forget, made } from './change';
import { Waiting } from './waiting';

const LOOK_MS = 2_000;

export function Network() {
  const network = usePoll(() => admin.network(), [], LOOK_MS);
  return (
    <BoxPageFrame title={t('box_network')}>
      {made.value && network.error === 'unreachable' ? (
        <Waiting pending={null} lost onUndone={network.reload} />
      ) : (
        <Shown of={network}>
          {(now) => (
            <>
              {now.pending ? <Waiting pending={now.pending} onUndone={network.reload} /> : <Outcome now={now} />}
              <Interfaces now={now} />
              <p class="section-help">{t('network_help')}</p>
            </>
          )}
        </Shown>
      )}
    </BoxPageFrame>
  );
}

/** How the change that was made here ended. */
function Outcome({ now }: { now: NetworkState }) {
  const mine = made.value;
  const last = now.last;
  if (!mine || last?.id !== mine.id) return null;
  const known = (
    <div class="buttons">
      <Button onClick={forget}>{t('understood')}</Button>
    </div>
  );
  if (last.undone)
    return (
      <Callout kind="warn" title={t('network_undone')} live="alert">
        <p>{t(`undone_${last.undone}`)}</p>
        {known}
      </Callout>
    );
  return (
    <Callout kind="good" title={t('network_kept')} live="status">
      {known}
    </Callout>
  );
}

function Interfaces({ now }: { now: NetworkState }) {
  const radio = now.interfaces.some((one) => one.kind === 'wifi');
  return (
    <>
      <Section title={t('network_links')}>
        <Card>
          {now.interfaces.map((one, index) => (
            <Row
              key={one.name}
              lead={<BoxIcon name={one.kind === 'wifi' ? 'wifi' : 'cable'} />}
              title={nameOf(one)}
              note={<Links of={one} />}
              href={one.link === 'absent' ? undefined : formatRoute({ at: 'box', page: 'address', id: index })}
              end={one.link !== 'absent' && <Icon name="forward" />}
            />
          ))}
        </Card>
      </Section>
      {radio && (
        <Section title={t('network_wifi')}>
          <Card>
            <Row
              lead={<BoxIcon name="wifi" />}
              title={t('wifi_join')}
              note={t('wifi_join_note', { n: now.known_wifi.length })}
              href={formatRoute({ at: 'box', page: 'wifi' })}
              end={<Icon name="forward" />}
            />
            <Row
              icon="share"
              title={t('hotspot_title')}
              note={now.hotspot ? t('hotspot_on', { name: now.hotspot }) : t('hotspot_note')}
              href={formatRoute({ at: 'box', page: 'hotspot' })}
              end={<Icon name="forward" />}
            />
          </Card>
        </Section>
      )}
    </>
  );
}

function Links({ of }: { of: NetworkInterface }): ComponentChildren {
  const own = of.addresses.map((address) => address.split('/')[0]!).filter((address) => !/^fe80:/i.test(address));
  const how = of.ipv4?.method === 'fixed' ? t('address_fixed') : of.ipv4?.method === 'automatic' ? t('address_automatic') : '';
  const state = of.link === 'connected' ? own.join(' · ') : t(`link_${of.link}`);
  return [of.wifi?.ssid, state, of.link === 'connected' && how].filter(Boolean).join(' · ');
}

export function nameOf(one: NetworkInterface): string {
  return `${t(one.kind === 'wifi' ? 'network_wifi' : 'network_cable')} (${one.name})`;
}
