// Where everybody is signed in: a device that nobody knows is found and signed out.
import { useSignal } from '@preact/signals';
import { sync } from '../../../app/wiring';
import type { SignedInDevice, SignedInDevicePage } from '../../../core/admin-wire';
import { boxNow } from '../../../core/box-time';
import { called } from '../../../core/called';
import { t } from '../../../core/i18n';
import { formatRoute } from '../../../core/router';
import { day, distance } from '../../../core/when';
import { UserAvatar } from '../../../ui/avatar';
import { Button } from '../../../ui/button';
import { Confirm } from '../../../ui/confirm';
import { Card, Row } from '../../../ui/list';
import { useAction } from '../../../ui/load';
import { Section } from '../../../ui/page';
import { Broken, Empty, Skeleton } from '../../../ui/states';
import { usePages } from '../../../ui/use-pages';
import { SearchField } from '../../people/search-field';
import { admin } from '../admin';
import { BoxPageFrame, Refusal } from '../box-page';

export function Sessions() {
  const query = useSignal('');
  const asked = useSignal<SignedInDevice | null>(null);
  const action = useAction();
  const { pages, error, more, reload } = usePages<SignedInDevicePage>(query.value, (q, before) => admin.devices({ q: q || undefined, before }));
  const devices = pages?.flatMap((page) => page.devices) ?? [];
  const signOut = ({ user, device }: SignedInDevice) => action.run(() => admin.signOutOne(user.id, device.id).then(reload));
  return (
    <BoxPageFrame title={t('box_sessions')} from="security">
      <SearchField value={query.value} onInput={(value) => (query.value = value)} />
      <Section help={t('sessions_help')}>
        <Refusal code={action.error} />
        {error ? (
          <Broken code={error} onRetry={reload} />
        ) : !pages ? (
          <Skeleton />
        ) : devices.length === 0 ? (
          <Empty icon="search" title={t('sessions_none')} />
        ) : (
          <div class="box-sessions">
            <Card>
              {devices.map((one) => (
                <Session key={one.device.id} of={one} onSignOut={() => (asked.value = one)} />
              ))}
            </Card>
          </div>
        )}
        {more && <Button onClick={more}>{t('show_more')}</Button>}
      </Section>
      {asked.value && (
        <Confirm
          title={t('revoke_title', { device: `${asked.value.device.label} (${called(asked.value.user)})` })}
          text={t('revoke_text')}
          action={t('sign_out')}
          onClose={() => (asked.value = null)}
          onConfirm={() => asked.value && signOut(asked.value)}
        />
      )}
    </BoxPageFrame>
  );
}

function Session({ of: { user, device }, onSignOut }: { of: SignedInDevice; onSignOut: () => void }) {
  // Only owners sign owners out.
  const above = user.role === 'owner' && sync.me.value?.user.role !== 'owner';
  const seen = device.online ? t('online') : t('seen_at', { when: distance(device.seen_at, boxNow()) });
  return (
    <Row
      lead={<UserAvatar user={user} />}
      title={
        <a class="box-name" href={formatRoute({ at: 'box', page: 'people', id: user.id })}>
          {called(user)}
        </a>
      }
      note={
        <>
          {device.label} · {device.current ? t('this_device') : seen} · {t('sessions_since', { when: day(device.created_at) })}
        </>
      }
      end={
        !device.current &&
        !above && (
          <Button kind="plain" onClick={onSignOut}>
            {t('sign_out')}
          </Button>
        )
      }
    />
  );
}
