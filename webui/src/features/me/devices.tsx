// Where I am signed in; one press signs a lost phone out.
import { useSignal } from '@preact/signals';
import { api, showError } from '../../app/wiring';
import { boxNow } from '../../core/box-time';
import { t } from '../../core/i18n';
import { formatRoute } from '../../core/router';
import { distance } from '../../core/when';
import type { Device } from '../../core/wire';
import { Button, ButtonLink } from '../../ui/button';
import { Confirm } from '../../ui/confirm';
import { Card, Row } from '../../ui/list';
import { useLoad } from '../../ui/load';
import { Section } from '../../ui/page';
import { Broken, Skeleton } from '../../ui/states';
import { MePageFrame } from './me-page';

export function Devices() {
  const devices = useLoad(() => api.devices(), []);
  const asked = useSignal<Device | null>(null);
  const revoke = (device: Device) => void api.revokeDevice(device.id).then(devices.reload, showError);
  return (
    <MePageFrame title={t('my_devices')}>
      <ButtonLink kind="main" icon="qr" href={formatRoute({ at: 'me', page: 'ticket' })}>
        {t('other_device')}
      </ButtonLink>
      <Section help={t('devices_help')}>
        {devices.error ? (
          <Broken code={devices.error} onRetry={devices.reload} />
        ) : devices.value === null ? (
          <Skeleton rows={2} />
        ) : (
          <Card>
            {devices.value.map((device) => (
              <Row
                key={device.id}
                icon="devices"
                title={device.label}
                note={noteOf(device)}
                end={
                  !device.current && (
                    <Button kind="plain" onClick={() => (asked.value = device)}>
                      {t('sign_out')}
                    </Button>
                  )
                }
              />
            ))}
          </Card>
        )}
      </Section>
      {asked.value && (
        <Confirm
          title={t('revoke_title', { device: asked.value.label })}
          text={t('revoke_text')}
          action={t('sign_out')}
          onClose={() => (asked.value = null)}
          onConfirm={() => asked.value && revoke(asked.value)}
        />
      )}
    </MePageFrame>
  );
}

function noteOf(device: Device): string {
  if (device.current) return t('this_device');
  if (device.online) return t('online');
  return t('seen_at', { when: distance(device.seen_at, boxNow()) });
}
