// Moving to a new box: this one packs itself, and shows what is to be typed on the new one. The code is told once.
import { signal } from '@preact/signals';
import type { MoveOut as State } from '../../../core/admin-wire';
import { t } from '../../../core/i18n';
import { formatRoute } from '../../../core/router';
import { formatBytes } from '../../../core/sizes';
import { Button, ButtonLink } from '../../../ui/button';
import { Callout } from '../../../ui/callout';
import { errorText } from '../../../ui/error-text';
import { Facts } from '../../../ui/facts';
import { hostOf } from '../../../ui/link-share';
import { Card } from '../../../ui/list';
import { useAction } from '../../../ui/load';
import { Meter } from '../../../ui/meter';
import { Section } from '../../../ui/page';
import { usePoll } from '../../../ui/poll';
import { admin } from '../admin';
import { Refusal, Shown } from '../box-page';

const LOOK_MS = 2_000;
/** For as long as the page is open, also when somebody looks at another one in between. */
const told = signal<{ id: string; code: string } | null>(null);

export function MoveOut() {
  const move = usePoll(() => admin.moveOut(), [], LOOK_MS);
  return (
    <Section title={t('move_title')} help={t('move_help')}>
      <Shown of={move} rows={1}>
        {(now) => <Move now={now} onChange={move.set} />}
      </Shown>
    </Section>
  );
}

function Move({ now, onChange }: { now: State; onChange: (now: State) => void }) {
  const action = useAction();
  const begin = () =>
    action.run(async () => {
      const begun = await admin.beginMove();
      told.value = { id: begun.state.id, code: begun.code };
      onChange(begun.state);
    });
  const revoke = () =>
    action.run(async () => {
      onChange(await admin.revokeMove());
      told.value = null;
    });
  const room = now.free_bytes > now.needed_bytes;
  // Somebody else may have begun anew meanwhile.
  const code = told.value?.id === now.id ? told.value.code : null;
  const open = now.stage === 'packing' || now.stage === 'open';
  return (
    <div class="stack">
      {open && <Offered now={now} code={code} />}
      {now.stage === 'arrived' && (
        <Callout kind="good" title={t('move_arrived')} live="status">
          <p>{t('move_arrived_help')}</p>
        </Callout>
      )}
      {now.stage === 'expired' && <Callout kind="info" title={t('move_expired')} />}
      {now.stage === 'failed' && (
        <Callout kind="bad" title={t('move_failed')} live="alert">
          {now.failed && <p>{errorText(now.failed)}</p>}
        </Callout>
      )}
      {!open && now.stage !== 'arrived' && !room && <Callout kind="bad" title={t('backup_no_room', { needed: formatBytes(now.needed_bytes), free: formatBytes(now.free_bytes) })} />}
      <Refusal code={action.error} />
      <div class="buttons">
        {now.stage === 'arrived' ? (
          <>
            <ButtonLink kind="main" href={formatRoute({ at: 'box', page: 'power' })}>
              {t('move_switch_off')}
            </ButtonLink>
            <Button busy={action.busy} onClick={revoke}>
              {t('move_done')}
            </Button>
          </>
        ) : open ? (
          <>
            <Button busy={action.busy} onClick={revoke}>
              {t('move_revoke')}
            </Button>
            {now.stage === 'open' && code === null && (
              <Button busy={action.busy} disabled={!room} onClick={begin}>
                {t('move_again')}
              </Button>
            )}
          </>
        ) : (
          <Button busy={action.busy} disabled={!room} onClick={begin}>
            {t('move_begin')}
          </Button>
        )}
      </div>
    </div>
  );
}

function Offered({ now, code }: { now: State; code: string | null }) {
  const part = now.total_bytes > 0 ? now.done_bytes / now.total_bytes : 0;
  const minutes = Math.ceil(now.seconds / 60);
  return (
    <>
      <p>{code === null ? t('move_code_away') : t('move_on_new')}</p>
      <Card>
        <Facts
          of={[
            [t('move_address'), now.addresses.map((address) => (
              <code key={address} class="box-code">
                {hostOf(address)}{' '}
              </code>
            ))],
            code !== null && [
              t('move_code'),
              <code key="code" class="box-code">
                {code}
              </code>,
            ],
          ]}
        />
      </Card>
      {now.stage === 'packing' ? (
        <div class="stack" role="status">
          <p>{t('move_packing', { done: formatBytes(now.done_bytes), all: formatBytes(now.total_bytes) })}</p>
          <Meter label={t('move_title')} part={part} />
        </div>
      ) : (
        <>
          <p class="soft">{t('move_good', { n: minutes })}</p>
          {now.done_bytes > 0 && (
            <div class="stack" role="status">
              <p>{t('move_fetching', { done: formatBytes(now.done_bytes), all: formatBytes(now.total_bytes) })}</p>
              <Meter label={t('move_title')} part={part} />
            </div>
          )}
        </>
      )}
      <Callout kind="warn" title={t('move_still_on')}>
        <p>{t('move_still_on_help')}</p>
      </Callout>
    </>
  );
}
