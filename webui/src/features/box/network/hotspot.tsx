// The box's own Wi-Fi, for where there is no network at all.
import { useSignal } from '@preact/signals';
import { session } from '../../../app/wiring';
import type { NetworkState } from '../../../core/admin-wire';
import { t } from '../../../core/i18n';
import { Button } from '../../../ui/button';
import { Callout } from '../../../ui/callout';
import { Choice, TextField } from '../../../ui/field';
import { useAction, useLoad } from '../../../ui/load';
import { admin } from '../admin';
import { BoxPageFrame, Refusal, Shown } from '../box-page';
import { change } from './change';

export function Hotspot() {
  const network = useLoad(() => admin.network(), []);
  return (
    <BoxPageFrame title={t('hotspot_title')} from="network">
      <p class="section-help">{t('hotspot_help')}</p>
      <Shown of={network}>{(now) => (now.hotspot ? <On name={now.hotspot} /> : <Off now={now} />)}</Shown>
    </BoxPageFrame>
  );
}

function On({ name }: { name: string }) {
  const action = useAction();
  return (
    <div class="box-form">
      <Callout kind="good" title={t('hotspot_on', { name })} />
      <p>{t('hotspot_off_help')}</p>
      <Refusal code={action.error} />
      <Button kind="danger" busy={action.busy} onClick={() => action.run(() => change({ change: 'hotspot_off' }))}>
        {t('hotspot_turn_off')}
      </Button>
    </div>
  );
}

function Off({ now }: { now: NetworkState }) {
  const ssid = useSignal(session.box.value?.name ?? 'imbox');
  const password = useSignal('');
  const band = useSignal<'2.4' | '5'>('2.4');
  const action = useAction();
  const wifi = now.interfaces.find((one) => one.wifi)?.wifi;
  const turnOn = (event: Event) => {
    event.preventDefault();
    action.run(() => change({ change: 'hotspot_on', ssid: ssid.peek().trim(), password: password.peek(), band: band.peek() }));
  };
  return (
    <form class="box-form" onSubmit={turnOn}>
      {wifi && (
        <Callout kind="warn" title={t('hotspot_leaves', { name: wifi.ssid })}>
          <p>{t('hotspot_leaves_help')}</p>
        </Callout>
      )}
      <TextField label={t('wifi_name')} value={ssid.value} onInput={(value) => (ssid.value = value)} maxLength={32} required />
      <TextField label={t('wifi_password')} help={t('hotspot_password_help')} value={password.value} onInput={(value) => (password.value = value)} maxLength={63} required />
      <Choice
        label={t('hotspot_band')}
        value={band.value}
        options={[
          { value: '2.4', label: '2.4 GHz' },
          { value: '5', label: '5 GHz' },
        ]}
        onChange={(value) => (band.value = value)}
        help={t(band.value === '5' ? 'hotspot_band_5' : 'hotspot_band_2')}
      />
      <Refusal code={action.error} />
      <Button kind="main" type="submit" busy={action.busy} disabled={password.value.length < 8 || ssid.value.trim() === ''}>
        {t('hotspot_turn_on')}
      </Button>
    </form>
  );
}
