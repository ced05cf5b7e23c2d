// While the box is away: says what is going on, and goes on by itself when it answers again.
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { session, socket } from '../../app/wiring';
import { t } from '../../core/i18n';
import { Button } from '../../ui/button';
import { Callout } from '../../ui/callout';

const ASK_MS = 1_000;
/** After so many answers without one that failed, it seems that it never went. */
const STILL_HERE = 20;

interface AwayProps {
  why: 'off' | 'restart';
  onBack: () => void;
}

export function Away({ why, onBack }: AwayProps) {
  const stage = useSignal<'leaving' | 'away' | 'back' | 'here'>('leaving');
  useEffect(() => {
    let over = false;
    let timer = 0;
    let answered = 0;
    // Made anew at each start of the box.
    const word = session.box.peek()?.probe;
    const ask = async () => {
      const here = await answers();
      if (over) return;
      // A restart may be over between two questions.
      const another = here && word !== undefined && (await isAnother(word));
      if (over) return;
      if (!here || another || socket.state.peek() === 'waiting') stage.value = 'away';
      if (here && stage.peek() === 'away') {
        stage.value = 'back';
        socket.hurry();
        return;
      }
      if (here && ++answered >= STILL_HERE) stage.value = 'here';
      timer = window.setTimeout(() => void ask(), ASK_MS);
    };
    timer = window.setTimeout(() => void ask(), ASK_MS);
    return () => {
      over = true;
      window.clearTimeout(timer);
    };
  }, []);
  const goOn = (
    <div class="buttons">
      <Button onClick={onBack}>{t('away_go_on')}</Button>
    </div>
  );
  switch (stage.value) {
    case 'back':
      return (
        <Callout kind="good" title={t('away_back')} live="status">
          {goOn}
        </Callout>
      );
    case 'here':
      return (
        <Callout kind="info" title={t('away_here')} live="status">
          <p>{t('away_here_help')}</p>
          {goOn}
        </Callout>
      );
    case 'away':
      return why === 'off' ? <Said kind="good" title={t('away_is_off')} text={t('away_is_off_help')} /> : <Said kind="info" title={t('away_restarts')} text={t('away_restarts_help')} />;
    case 'leaving':
      return why === 'off' ? <Said kind="info" title={t('away_goes_off')} text={t('away_goes_off_help')} /> : <Said kind="info" title={t('away_restarts')} text={t('away_restarts_help')} />;
  }
}

function Said({ kind, title, text }: { kind: 'good' | 'info'; title: string; text: string }) {
  return (
    <Callout kind={kind} title={title} live="status">
      <p>{text}</p>
    </Callout>
  );
}

async function answers(): Promise<boolean> {
  try {
    // A sick box answers as well.
    const health = await fetch('/healthz', { cache: 'no-store' });
    // It serves its repair page now, which is not the app's.
    if (health.status === 503 && ((await health.json()) as { status?: string }).status === 'damaged') window.location.assign('/');
    return true;
  } catch {
    return false;
  }
}

/** Has it started since it gave this word? */
async function isAnother(word: string): Promise<boolean> {
  try {
    return (await fetch(`/api/v1/probe/${word}`, { cache: 'no-store' })).status === 404;
  } catch {
    return false;
  }
}
