// One message: who, what, when, and how far it got.
import { useComputed } from '@preact/signals';
import { useRef } from 'preact/hooks';
import { withNames } from '../../app/mentions';
import { people, stars, sync, watch } from '../../app/wiring';
import { called } from '../../core/called';
import { foldText } from '../../core/fold';
import { t } from '../../core/i18n';
import { colourOf } from '../../core/initials';
import { callsMe } from '../../core/mentions';
import { plainText } from '../../core/text';
import { clock, fullTime } from '../../core/when';
import type { EventOf, MessageEvent } from '../../core/wire';
import { UserAvatar } from '../../ui/avatar';
import { IconButton } from '../../ui/button';
import { Icon } from '../../ui/icon';
import { isVoice } from '../../core/voice-queue';
import { VoiceNote } from '../voice/note';
import { voiceWords } from '../voice/words';
import { SentFiles } from './files';
import { useLongPress } from './long-press';
import { Quote } from './quote';
import { Reactions, reactionWords } from './reactions';
import { RichText } from './rich-text';
import type { RowActs } from './row-view';
import './message.css';

interface MessageProps {
  rowKey: string;
  room: number;
  /** Between two people, who need not be told apart. */
  direct: boolean;
  event: MessageEvent | EventOf<'deleted'>;
  mine: boolean;
  first: boolean;
  last: boolean;
  acts: RowActs;
}

export function Message({ rowKey, room, direct, event, mine, first, last, acts }: MessageProps) {
  // Only the name: that they come and go renders nothing of what they said again.
  const name = useComputed(() => called(people.get(event.sender).value)).value;
  const starred = useComputed(() => event.kind === 'message' && stars.in(room).value.has(event.seq)).value;
  const bubble = useRef<HTMLDivElement>(null);
  const openMenu = () => event.kind === 'message' && acts.onMenu({ event, mine, anchor: bubble.current! });
  const press = useLongPress(openMenu);
  const files = event.kind === 'message' && !isVoice(event) ? (event.files ?? []).map((file) => file.name) : [];
  const words = event.kind === 'message' && (isVoice(event) ? voiceWords(event) : spoken(withNames(event.text, event.mentions)));
  const text = event.kind === 'deleted' ? t('message_deleted') : [words, ...files, reactionWords(event)].filter(Boolean).join(', ');
  const shape = `message ${mine ? 'message-mine' : ''} ${first ? 'message-first' : ''} ${last ? 'message-last' : ''} ${callsMe(event, sync.me.value?.user.id ?? -1) ? 'message-calls' : ''}`;
  return (
    <li
      class={shape}
      data-key={rowKey}
      data-seq={event.seq}
      aria-label={t('message_by', { name: mine ? t('you') : name, when: clock(event.at), text })}
      onKeyDown={(key) => {
        if (key.key !== 'Enter' || key.target !== key.currentTarget || event.kind !== 'message') return;
        key.preventDefault();
        openMenu();
      }}
    >
      {!mine && !direct && <span class="message-face">{last && <Face user={event.sender} />}</span>}
      <div class="message-main" {...press}>
        <div ref={bubble} class={`bubble ${event.kind === 'deleted' ? 'bubble-deleted' : onlyPhotos(event) ? 'bubble-photos' : ''}`}>
          {mine ? (
            <span class="hidden">{t('you')}: </span>
          ) : first && !direct ? (
            <span class={`bubble-name ink-${colourOf(name)}`}>{name}</span>
          ) : (
            <span class="hidden">{name}: </span>
          )}
          {event.kind === 'deleted' ? (
            <p class="bubble-text">{t('message_deleted')}</p>
          ) : (
            <>
              {event.reply_to != null && <Quote room={room} seq={event.reply_to} onOpen={acts.onQuote} />}
              {isVoice(event) ? (
                <VoiceNote room={room} event={event} file={() => <SentFiles room={room} files={event.files} />} />
              ) : (
                event.files && event.files.length > 0 && <SentFiles room={room} files={event.files} />
              )}
              {event.text && <RichText text={event.text} mentions={event.mentions} room={room} seq={event.seq} onUnfold={acts.onUnfold} />}
            </>
          )}
          <span class="bubble-foot">
            {starred && (
              <span class="bubble-star" title={t('starred')}>
                <Icon name="star" />
                <span class="hidden">{t('starred')}</span>
              </span>
            )}
            {event.kind === 'message' && event.edited_at != null && <span title={t('edited_at', { when: fullTime(event.edited_at) })}>{t('edited')}</span>}
            <time title={fullTime(event.at)}>{clock(event.at)}</time>
            {mine && event.kind === 'message' && <Receipt seq={event.seq} direct={direct} />}
          </span>
        </div>
        {event.kind === 'message' && (
          <IconButton class="message-more" icon="more" label={t('message_menu')} onClick={openMenu} />
        )}
        {event.kind === 'message' && event.reactions && event.reactions.length > 0 && <Reactions room={room} event={event} onWho={acts.onWho} />}
      </div>
    </li>
  );
}

function Face({ user }: { user: number }) {
  return <UserAvatar user={people.get(user).value} size="s" />;
}

/** As it is read out with the message: of a long one what is shown at first. */
function spoken(text: string): string {
  return plainText(foldText(text) ?? text);
}

function onlyPhotos(event: MessageEvent): boolean {
  return event.text === '' && (event.files?.length ?? 0) > 0 && event.files!.every((file) => file.thumbnail);
}

/** One tick: on the box's disk. Two: on a device of somebody else. Two in colour: read; by how many, for those who ask. */
function Receipt({ seq, direct }: { seq: number; direct: boolean }) {
  // Computed: cursors move all the time, and most receipts stay what they are.
  const read = useComputed(() => watch.readUpTo.value >= seq).value;
  const delivered = useComputed(() => watch.deliveredUpTo.value >= seq).value;
  const words = useComputed(() => {
    if (watch.readUpTo.value < seq) return t(watch.deliveredUpTo.value >= seq ? 'delivered' : 'sent');
    return direct ? t('read') : t('read_by', { n: watch.readers(seq) });
  }).value;
  return (
    <span class={read ? 'receipt receipt-read' : 'receipt'} title={words}>
      <Icon name={delivered ? 'twice' : 'check'} />
      <span class="hidden">{words}</span>
    </span>
  );
}
