// Wi-Fi: which networks there are, joining one, forgetting one, and the country whose rules apply.
import { useSignal } from '@preact/signals';
import type { NetworkState, WifiNetwork } from '../../../core/admin-wire';
import { languageTag, t } from '../../../core/i18n';
import { Button } from '../../../ui/button';
import { Callout } from '../../../ui/callout';
import { Confirm } from '../../../ui/confirm';
import { Dialog } from '../../../ui/dialog';
import { TextField } from '../../../ui/field';
import { Card, Row } from '../../../ui/list';
import { useAction, useLoad } from '../../../ui/load';
import { Section } from '../../../ui/page';
import { Select } from '../../../ui/select';
import { Broken, Skeleton } from '../../../ui/states';
import { admin } from '../admin';
import { BoxIcon } from '../box-icon';
import { BoxPageFrame, Refusal, Shown } from '../box-page';
import { COUNTRIES } from './countries';
import { change } from './change';

export function Wifi() {
  const network = useLoad(() => admin.network(), []);
  return (
    <BoxPageFrame title={t('network_wifi')} from="network">
      <Shown of={network}>
        {(now) => (
          <>
            <Country now={now} onSet={network.reload} />
            <InRange now={now} />
            <Known now={now} />
          </>
        )}
      </Shown>
    </BoxPageFrame>
  );
}

/** Radios may send only as the country allows; without one many stay off. */
function Country({ now, onSet }: { now: NetworkState; onSet: () => void }) {
  const action = useAction();
  const options = COUNTRIES.map((value) => ({ value, label: nameOf(value) })).sort((a, b) => a.label.localeCompare(b.label, languageTag.value));
  const set = now.country ?? '';
  return (
    <Section>
      {!now.country && <Callout kind="warn" title={t('wifi_country_missing')} />}
      <Select
        label={t('wifi_country')}
        value={set}
        options={set === '' || !options.some((one) => one.value === set) ? [{ value: set, label: set || '–' }, ...options] : options}
        onChange={(country) => country && action.run(() => admin.setCountry(country).then(onSet))}
        help={t('wifi_country_help')}
      />
      <Refusal code={action.error} />
    </Section>
  );
}

/** Safari 14.0 knows no names of countries; the two letters will do. */
function nameOf(country: string): string {
  if (typeof Intl.DisplayNames !== 'function') return country;
  return new Intl.DisplayNames([languageTag.value], { type: 'region' }).of(country) ?? country;
}

function InRange({ now }: { now: NetworkState }) {
  const found = useLoad(() => admin.scan(), []);
  const chosen = useSignal<{ network: WifiNetwork | null } | null>(null);
  return (
    <Section title={t('wifi_in_range')} help={now.hotspot ? t('wifi_leaves_hotspot') : undefined}>
      {found.error ? (
        <Broken code={found.error} onRetry={found.reload} />
      ) : found.value === null ? (
        <Skeleton rows={3} />
      ) : (
        <Card>
          {found.value.map((network) => (
            <Row
              key={network.ssid}
              lead={<BoxIcon name="wifi" />}
              title={network.ssid}
              note={[t('wifi_signal', { percent: network.signal }), t(`wifi_security_${network.security}`), network.in_use ? t('wifi_in_use') : network.known && t('wifi_known')].filter(Boolean).join(' · ')}
              onClick={network.in_use || network.security === 'unsupported' ? undefined : () => (chosen.value = { network })}
            />
          ))}
          <Row icon="plus" title={t('wifi_hidden')} onClick={() => (chosen.value = { network: null })} />
        </Card>
      )}
      <div class="buttons">
        <Button icon="retry" onClick={found.reload}>
          {t('wifi_again')}
        </Button>
      </div>
      {chosen.value && <Join network={chosen.value.network} onClose={() => (chosen.value = null)} />}
    </Section>
  );
}

function Join({ network, onClose }: { network: WifiNetwork | null; onClose: () => void }) {
  const ssid = useSignal(network?.ssid ?? '');
  const password = useSignal('');
  const action = useAction();
  const open = network?.security === 'open';
  const fits = open || (password.value === '' ? network === null || network.known : password.value.length >= 8);
  const join = (event: Event) => {
    event.preventDefault();
    action.run(() => change({ change: 'join_wifi', ssid: ssid.peek(), password: password.peek() || null }));
  };
  return (
    <Dialog title={network ? t('wifi_join_named', { name: network.ssid }) : t('wifi_hidden')} onClose={onClose}>
      <form class="stack" onSubmit={join}>
        {!network && <TextField label={t('wifi_name')} value={ssid.value} onInput={(value) => (ssid.value = value)} maxLength={32} autofocus required />}
        {open ? (
          <p>{t('wifi_open_help')}</p>
        ) : (
          <TextField
            label={t('wifi_password')}
            help={t(network?.known ? 'wifi_password_known' : 'wifi_password_help')}
            type="password"
            autocomplete="off"
            value={password.value}
            onInput={(value) => (password.value = value)}
            maxLength={64}
            autofocus={network !== null}
          />
        )}
        <Refusal code={action.error} />
        <div class="dialog-actions">
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button kind="main" type="submit" busy={action.busy} disabled={ssid.value === '' || !fits}>
            {t('wifi_join')}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

function Known({ now }: { now: NetworkState }) {
  const asked = useSignal<string | null>(null);
  const action = useAction();
  if (now.known_wifi.length === 0) return null;
  return (
    <Section title={t('wifi_remembered')}>
      <Card>
        {now.known_wifi.map((ssid) => (
          <Row
            key={ssid}
            lead={<BoxIcon name="wifi" />}
            title={ssid}
            end={
              <Button kind="plain" onClick={() => (asked.value = ssid)}>
                {t('wifi_forget')}
              </Button>
            }
          />
        ))}
      </Card>
      <Refusal code={action.error} />
      {asked.value && (
        <Confirm
          title={t('wifi_forget_title', { name: asked.value })}
          text={t('wifi_forget_text')}
          action={t('wifi_forget')}
          onClose={() => (asked.value = null)}
          onConfirm={() => {
            const ssid = asked.peek();
            if (ssid !== null) action.run(() => change({ change: 'forget_wifi', ssid }));
          }}
        />
      )}
    </Section>
  );
}
