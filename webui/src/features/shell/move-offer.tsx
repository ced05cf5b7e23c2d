// Offers once to go on at the box's name, when this page was opened by an IP address and the name answers.
import { signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { showNotice } from '../../app/notices';
import { answered, drafts, outbox, session, showError } from '../../app/wiring';
import { findBetter } from '../../core/better-address';
import { t } from '../../core/i18n';
import type { ServerAddress } from '../../core/wire';
import { hostOf } from '../../ui/link-share';
import { moveTo } from '../me/move-to';

/** First people read what they came for. */
const PATIENCE_MS = 3_000;
const found = signal<ServerAddress | null>(null);
let asked = false;

export function MoveOffer() {
  useEffect(() => {
    if (asked) return;
    asked = true;
    window.setTimeout(() => void look(), PATIENCE_MS);
  }, []);
  const better = found.value;
  // What is unsent would stay behind.
  if (!better || outbox.items.value.length > 0) return null;
  const host = hostOf(better.url);
  const settle = () => {
    answered.note(`move ${host}`);
    found.value = null;
  };
  return (
    <p class="line-bar move-offer" role="status">
      <span>{t('move_offer', { host })}</span>
      <button
        type="button"
        onClick={() => {
          if (drafts.any()) showNotice({ kind: 'done', text: t('move_draft') });
          else void moveTo(better).then(settle, showError);
        }}
      >
        {t('move_there')}
      </button>
      <button type="button" onClick={settle}>
        {t('not_now')}
      </button>
    </p>
  );
}

async function look(): Promise<void> {
  const box = session.box.peek();
  if (!box) return;
  const better = await findBetter(box, window.location, (url, init) => window.fetch(url, init), (run, ms) => window.setTimeout(run, ms));
  if (better && !drafts.any() && !answered.has(`move ${hostOf(better.url)}`)) found.value = better;
}
