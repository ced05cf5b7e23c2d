// What people feel about a message, below it: a press is one's own, holding it or the second button of the mouse says whose they are.
import { useSignal } from '@preact/signals';
import { api, reactions } from '../../app/wiring';
import { called } from '../../core/called';
import { t } from '../../core/i18n';
import type { MessageEvent, Reaction } from '../../core/wire';
import { useLongPress } from './long-press';
import './reactions.css';

interface ReactionsProps {
  room: number;
  event: MessageEvent;
  onWho: (event: MessageEvent) => void;
}

export function Reactions({ room, event, onWho }: ReactionsProps) {
  return (
    <ul class="reactions" aria-label={t('reactions')}>
      {event.reactions?.map((one) => (
        <li key={one.emoji}>
          <Chip room={room} event={event} one={one} onWho={() => onWho(event)} />
        </li>
      ))}
    </ul>
  );
}

/** For who has the message read to them. */
export function reactionWords(event: MessageEvent): string {
  return (event.reactions ?? []).map(({ emoji, count }) => `${emoji} ${count}`).join(' ');
}

function Chip({ room, event, one, onWho }: { room: number; event: MessageEvent; one: Reaction; onWho: () => void }) {
  const names = useSignal('');
  const press = useLongPress(onWho);
  // Asked for when a mouse rests on it, and forgotten with the next change.
  const ask = async () => {
    const page = await api.whoReacted(room, event.seq).catch(() => null);
    const who = page?.reactions.filter(({ emoji }) => emoji === one.emoji).map(({ user }) => called(user)) ?? [];
    const rest = one.count - who.length;
    names.value = [...who, ...(rest > 0 ? [t('reactions_more', { n: rest })] : [])].join(t('list_comma'));
  };
  return (
    <button
      type="button"
      class={one.mine ? 'reaction reaction-mine' : 'reaction'}
      aria-pressed={one.mine === true}
      aria-label={t('reaction_by', { emoji: one.emoji, n: one.count })}
      title={names.value}
      onPointerEnter={(pointer) => pointer.pointerType === 'mouse' && void ask()}
      {...press}
      onContextMenu={(pressed) => {
        pressed.preventDefault();
        pressed.stopPropagation();
        if ((pressed as unknown as PointerEvent).pointerType !== 'touch') onWho();
      }}
      onClick={() => void reactions.toggle(room, event.seq, one.emoji)}
    >
      <span aria-hidden="true">{one.emoji}</span>
      <span aria-hidden="true" class="reaction-count">
        {one.count}
      </span>
    </button>
  );
}
