// While the box is away: says what is going on, and goes on by itself when it answers again.
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { socket } from '../../app';
import { t } from '../../core/i18n';
import { Button } from '../../ui/button';
import { Callout } from '../../ui/callout';

const ASK_MS = 1_500;

interface AwayProps {
  why: 'off' | 'restart';
  onBack: () => void;
}

export function Away({ why, onBack }: AwayProps) {
  const stage = useSignal<'leaving' | 'away' | 'back'>('leaving');
  useEffect(() => {
    let over = false;
    let timer = 0;
    const ask = async () => {
      const here = await answers();
      if (over) return;
      if (!here) stage.value = 'away';
      // It was gone, or had time enough to be gone between two questions.
      else if (stage.peek() === 'away' || socket.state.peek() === 'waiting') stage.value = 'away';
      if (here && stage.peek() === 'away') {
        stage.value = 'back';
        socket.hurry();
        return;
      }
      timer = window.setTimeout(() => void ask(), ASK_MS);
    };
    timer = window.setTimeout(() => void ask(), ASK_MS);
    return () => {
      over = true;
      window.clearTimeout(timer);
    };
  }, []);
  if (stage.value === 'back')
    return (
      <Callout kind="good" title={t('away_back')} live="status">
        <div class="buttons">
          <Button onClick={onBack}>{t('away_go_on')}</Button>
        </div>
      </Callout>
    );
  if (why === 'off')
    return (
      <Callout kind={stage.value === 'away' ? 'good' : 'info'} title={stage.value === 'away' ? t('away_is_off') : t('away_goes_off')} live="status">
        <p>{stage.value === 'away' ? t('away_is_off_help') : t('away_goes_off_help')}</p>
      </Callout>
    );
  return (
    <Callout kind="info" title={t('away_restarts')} live="status">
      <p>{t('away_restarts_help')}</p>
      <div class="buttons">
        <Button onClick={onBack}>{t('back')}</Button>
      </div>
    </Callout>
  );
}

async function answers(): Promise<boolean> {
  try {
    const answer = await fetch('/healthz', { cache: 'no-store' });
    // A sick box answers too.
    return answer.status < 600;
  } catch {
    return false;
  }
}
