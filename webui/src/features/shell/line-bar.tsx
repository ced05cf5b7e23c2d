// Says quietly that the line to the box is down; nothing is lost meanwhile.
import { effect, signal } from '@preact/signals';
import { socket } from '../../app/wiring';
import { t } from '../../core/i18n';

/** A blink of the line is nobody's business: the bar comes only when it lasts. */
const PATIENCE_MS = 1_500;
const shown = signal(false);
let timer = 0;
effect(() => {
  window.clearTimeout(timer);
  const down = socket.state.value === 'waiting' || socket.state.value === 'connecting';
  if (down) timer = window.setTimeout(() => (shown.value = true), PATIENCE_MS);
  else shown.value = false;
});

export function LineBar() {
  return (
    <div role="status" aria-live="polite">
      {shown.value && (
        <p class="line-bar">
          {t('line_down')}
          <button type="button" onClick={() => socket.hurry()}>
            {t('try_now')}
          </button>
        </p>
      )}
    </div>
  );
}
