// What an edited message said before, newest first.
import { api } from '../../app/wiring';
import { t } from '../../core/i18n';
import { fullTime } from '../../core/when';
import type { MessageEvent } from '../../core/wire';
import { useLoad } from '../../ui/load';
import { Broken, Skeleton } from '../../ui/states';

export function EarlierTexts({ room, event }: { room: number; event: MessageEvent }) {
  const texts = useLoad(() => api.earlierTexts(room, event.seq), [event.seq]);
  if (texts.error) return <Broken code={texts.error} onRetry={texts.reload} />;
  if (!texts.value) return <Skeleton rows={2} />;
  const all = [...texts.value, { text: event.text, at: event.edited_at ?? event.at }].reverse();
  return (
    <ol class="earlier">
      {all.map(({ text, at }, index) => (
        <li key={at + index} class="earlier-one">
          <time class="earlier-when">{index === 0 ? t('earlier_now', { when: fullTime(at) }) : fullTime(at)}</time>
          <p class="bubble-text" dir="auto">{text || t('earlier_empty')}</p>
        </li>
      ))}
    </ol>
  );
}
