// Another box moves to this fresh one: its address and its code, and then how far it is. The boxes do it among themselves; this
// page may be closed meanwhile.
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { api, setUp } from '../../app/wiring';
import { createHolderApi } from '../../core/admin-api';
import type { MoveIn } from '../../core/admin-wire';
import { ApiError } from '../../core/errors';
import { t } from '../../core/i18n';
import { formatRoute } from '../../core/router';
import { formatBytes } from '../../core/sizes';
import { Button, ButtonLink } from '../../ui/button';
import { Callout } from '../../ui/callout';
import { errorText } from '../../ui/error-text';
import { TextField } from '../../ui/field';
import { useAction } from '../../ui/load';
import { Meter } from '../../ui/meter';
import { Refusal } from '../box/box-page';
import { Frame } from '../outside/frame';
import { Ready } from './ready';

const ASK_MS = 2_000;
const GOING: readonly MoveIn['stage'][] = ['waiting', 'loading', 'broken', 'checking'];

export function MoveStep() {
  const { code } = setUp.draft.value;
  const holder = () => createHolderApi(api.call, setUp.draft.peek().code.trim());
  const now = useSignal<MoveIn | null>(null);
  const moved = useSignal(false);
  const going = now.value !== null && GOING.includes(now.value.stage);
  const look = async () => {
    // The first question of a page that was reloaded, too.
    if (setUp.draft.peek().code.trim() === '') return;
    try {
      const answer = await holder().moveIn();
      now.value = answer;
      if (answer.stage === 'ready') moved.value = true;
    } catch (thrown) {
      // It has restarted into what came. While it restarts it says nothing.
      if (thrown instanceof ApiError && thrown.code === 'already_claimed') moved.value = true;
    }
  };
  useEffect(() => {
    void look();
  }, []);
  useEffect(() => {
    if (!going || moved.value) return undefined;
    const timer = window.setInterval(() => void look(), ASK_MS);
    return () => window.clearInterval(timer);
  }, [going, moved.value]);
  useEffect(() => {
    if (moved.value) setUp.end();
  }, [moved.value]);
  if (moved.value)
    return (
      <Ready title={t('move_have')} says={t('move_ready')}>
        <p>{t('move_ready_help')}</p>
      </Ready>
    );
  return (
    <Frame title={t('move_have')}>
      {going && now.value ? (
        <UnderWay now={now.value} onCancel={async () => (now.value = await holder().cancelMoveIn())} />
      ) : (
        <Begin code={code} now={now.value} onBegin={async (address, oldCode) => (now.value = await holder().beginMoveIn({ address, code: oldCode }))} />
      )}
    </Frame>
  );
}

interface BeginProps {
  code: string;
  now: MoveIn | null;
  onBegin: (address: string, oldCode: string) => Promise<unknown>;
}

function Begin({ code, now, onBegin }: BeginProps) {
  const address = useSignal('');
  const oldCode = useSignal('');
  const action = useAction();
  const ready = code.trim() !== '' && address.value.trim() !== '' && oldCode.value.trim() !== '';
  return (
    <>
      <p class="soft">{t('move_in_help')}</p>
      {now?.failed && !action.error && <Callout kind="bad" title={errorText(now.failed)} live="alert" />}
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (ready) action.run(() => onBegin(address.peek().trim(), oldCode.peek().trim()));
        }}
      >
        <TextField label={t('claim_code')} help={t('claim_code_help')} value={code} onInput={(value) => setUp.change({ code: value })} maxLength={32} code required />
        <TextField label={t('move_address')} help={t('move_address_help')} value={address.value} onInput={(value) => (address.value = value)} maxLength={80} required />
        <TextField label={t('move_code')} help={t('move_code_help')} value={oldCode.value} onInput={(value) => (oldCode.value = value)} maxLength={32} code required />
        <Refusal code={action.error} />
        <Button kind="main" type="submit" busy={action.busy} disabled={!ready}>
          {t('move_start')}
        </Button>
      </form>
      <ButtonLink kind="plain" href={formatRoute({ at: 'setup', step: 'language' })}>
        {t('back')}
      </ButtonLink>
    </>
  );
}

function UnderWay({ now, onCancel }: { now: MoveIn; onCancel: () => Promise<unknown> }) {
  const action = useAction();
  const part = now.total_bytes > 0 ? now.done_bytes / now.total_bytes : 0;
  return (
    <>
      <p class="soft">{t('move_in_help')}</p>
      <div class="stack" role="status">
        <p>
          <strong>{now.name || now.address}</strong>
        </p>
        {now.stage === 'waiting' && <p>{t('move_waiting')}</p>}
        {now.stage === 'checking' && <p>{t('move_checking')}</p>}
        {(now.stage === 'loading' || now.stage === 'broken') && <p>{t('move_loading', { done: formatBytes(now.done_bytes), all: formatBytes(now.total_bytes) })}</p>}
        <Meter label={t('move_have')} part={now.stage === 'checking' ? 1 : part} />
        {now.stage === 'broken' && <Callout kind="warn" title={t('move_broken')} />}
      </div>
      <Refusal code={action.error} />
      {now.stage !== 'checking' && (
        <Button busy={action.busy} onClick={() => action.run(onCancel)}>
          {t('move_cancel')}
        </Button>
      )}
    </>
  );
}
