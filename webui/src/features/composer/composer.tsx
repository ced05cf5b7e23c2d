// Where things are said: text with a draft that survives, photos and files by button, paste, drop and camera.
import { useSignal } from '@preact/signals';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { route, touch } from '../../app/navigation';
import { editing, justCameIn, replying } from '../../app/state';
import { api, drafts, outbox, rooms, session, showError, socket } from '../../app/wiring';
import { boxNow } from '../../core/box-time';
import { emojiTyped, emojiWritten } from '../../core/emoji-typed';
import { t } from '../../core/i18n';
import { countChars, MAX_CHARS, MOST_TYPED } from '../../core/message-length';
import { mentionTyped, mentionWritten, type Beginning } from '../../core/mentions';
import { oneLine } from '../../core/text';
import type { MessageEvent, Room, Voice } from '../../core/wire';
import { Button, IconButton } from '../../ui/button';
import { FilePicker } from '../../ui/file-picker';
import { Icon } from '../../ui/icon';
import { lazy, lazyBeside } from '../../ui/lazy';
import { mayEdit, mayWrite } from '../details/rights';
import { QuoteText } from '../room/quote';
import { canRecord } from '../voice/can-record';
import type { OptionKeys } from './option-list';
import { Staged } from './staged';
import { useDrop } from './use-drop';
import './composer.css';

const FormatMenu = lazyBeside(async () => (await import('./formats')).FormatMenu);
const EmojiList = lazyBeside(async () => (await import('./emoji-list')).EmojiList);
const MentionList = lazyBeside(async () => (await import('./mention-list')).MentionList);
/** Bold, italic, code, and with Shift struck through. */
const isMarkKey = (event: KeyboardEvent) => (event.ctrlKey || event.metaKey) && !event.altKey && (event.shiftKey ? 'x' : 'bie').includes(event.key.toLowerCase());
const MAX_FILES = 20;
const TYPING_EVERY_MS = 3_000;

const Recorder = lazy(async () => (await import('../voice/recorder')).Recorder);

export function Composer({ room }: { room: Room }) {
  if (!mayWrite(room)) return <p class="composer-closed">{t('write_closed')}</p>;
  return <OpenComposer info={room} />;
}

function OpenComposer({ info }: { info: Room }) {
  const room = info.id;
  const text = useSignal(drafts.get(room));
  const staged = useSignal<readonly File[]>([]);
  /** Came with pasted words; taken only when asked for. */
  const offered = useSignal<readonly File[]>([]);
  /** Was pasted, and is far too long for the field; sent as a file when asked for. */
  const tooMuch = useSignal<string | null>(null);
  const formats = useSignal<HTMLElement | null>(null);
  const area = useRef<HTMLTextAreaElement>(null);
  const picker = useRef<HTMLInputElement>(null);
  const camera = useRef<HTMLInputElement>(null);
  const aa = useRef<HTMLSpanElement>(null);
  const recorder = useRef<HTMLInputElement>(null);
  /** A voice note is being taken; a file: by the phone's own recorder. */
  const speaking = useSignal<File | 'here' | null>(null);
  const typedAt = useRef(0);
  /** Whom the words at the caret may be about to mention, or which emoji they may name. */
  const naming = useSignal<Beginning | null>(null);
  /** Asked to go away: where that stands. */
  const dismissed = useRef(-1);
  const mentionKeys = useRef<OptionKeys | null>(null);
  const mentionActive = useSignal<string | undefined>(undefined);
  const reply = replying.value?.room === room ? replying.value.event : null;
  const edited = editing.value?.room === room ? editing.value.event : null;
  const length = countChars(text.value);
  const tooLong = length > MAX_CHARS;
  const silent = text.value.trim() === '' && staged.value.length === 0;
  const ready = (text.value.trim() !== '' || staged.value.length > 0) && !tooLong;

  useLayoutEffect(() => grow(area.current), [text.value]);
  useEffect(() => {
    const at = route.peek();
    if (at.at === 'room' && at.pane === 'talk' && (!touch || justCameIn.peek())) area.current?.focus();
    justCameIn.value = false;
  }, []);
  useEffect(() => {
    if (reply) area.current?.focus();
  }, [reply]);
  // What was being written waits until the edit is done.
  useLayoutEffect(() => {
    text.value = edited ? edited.text : drafts.get(room);
    if (!edited) return;
    area.current?.focus();
    area.current?.setSelectionRange(edited.text.length, edited.text.length);
  }, [edited]);
  useEffect(() => () => void (editing.peek()?.room === room && (editing.value = null)), []);

  const stage = (files: Iterable<File>) => {
    const limit = session.box.peek()?.max_file_bytes ?? Infinity;
    const all = [...files];
    const fit = all.filter((file) => file.size <= limit);
    if (fit.length < all.length) showError('file_too_large');
    if (staged.peek().length + fit.length > MAX_FILES) showError('too_many_files');
    staged.value = [...staged.peek(), ...fit].slice(0, MAX_FILES);
    area.current?.focus();
  };
  const dropping = useDrop(area, stage);

  const save = (message: MessageEvent) => {
    const words = text.peek().trim();
    if (tooLong || (words === '' && !message.files?.length)) return;
    const done = () => {
      if (editing.peek()?.event === message) editing.value = null;
      area.current?.focus();
    };
    if (words === message.text) done();
    else void api.editMessage(room, message.seq, words).then(done, showError);
  };
  const editLast = () => {
    const last = [...rooms.log(room).events.peek()].reverse().find((event) => event.kind === 'message' && mayEdit(info, event));
    if (last?.kind === 'message') editing.value = { room, event: last };
    return last !== undefined;
  };
  const say = () => {
    if (edited) {
      save(edited);
      return;
    }
    if (!ready) return;
    outbox.say(room, text.peek().trim(), staged.peek(), reply?.seq ?? null);
    text.value = '';
    naming.value = null;
    staged.value = [];
    offered.value = [];
    tooMuch.value = null;
    if (reply) replying.value = null;
    drafts.set(room, '');
    area.current?.focus();
  };
  const asFile = () => {
    const words = tooMuch.peek() ?? text.peek();
    stage([new File([words], `${stampNow()}.txt`, { type: 'text/plain' })]);
    if (tooMuch.peek() === null) input('');
    tooMuch.value = null;
  };
  const lookAround = () => {
    const box = area.current;
    const typed = box && box.selectionStart === box.selectionEnd ? (mentionTyped(box.value, box.selectionStart) ?? emojiTyped(box.value, box.selectionStart)) : null;
    if (typed?.at !== dismissed.current) dismissed.current = -1;
    const before = naming.peek();
    if (typed?.at === before?.at && typed?.typed === before?.typed) return;
    naming.value = typed && typed.at !== dismissed.current ? typed : null;
  };
  const write = (chosen: string) => {
    const box = area.current;
    const typed = naming.peek();
    if (!box || !typed) return;
    const written = text.peek()[typed.at] === ':' ? emojiWritten(box.value, typed, chosen) : mentionWritten(box.value, typed, chosen);
    box.value = text.value = written.text;
    box.setSelectionRange(written.caret, written.caret);
    drafts.set(room, written.text);
    naming.value = null;
    box.focus();
  };
  const offer = {
    keys: mentionKeys,
    active: mentionActive,
    onChoose: write,
    onClose: () => {
      dismissed.current = naming.peek()?.at ?? -1;
      naming.value = null;
    },
  };
  const speak = () => {
    if (canRecord) speaking.value = 'here';
    else recorder.current?.click();
  };
  const spoken = (file: File, voice: Voice | null) => {
    outbox.say(room, '', [file], reply?.seq ?? null, voice);
    if (reply) replying.value = null;
    speaking.value = null;
    area.current?.focus();
  };
  const input = (value: string) => {
    if (value.length > MOST_TYPED) {
      tooMuch.value = value;
      area.current!.value = text.peek();
      return;
    }
    text.value = value;
    if (!edited) drafts.set(room, value);
    lookAround();
    if (edited) return;
    const now = Date.now();
    if (value && now - typedAt.current > TYPING_EVERY_MS && socket.send({ t: 'typing', room })) typedAt.current = now;
  };

  return (
    <form
      class={`composer ${dropping ? 'composer-dropping' : ''}`}
      onSubmit={(event) => {
        event.preventDefault();
        say();
      }}
    >
      {naming.value && (text.value[naming.value.at] === ':' ? <EmojiList {...offer} typed={naming.value} /> : <MentionList {...offer} typed={naming.value} room={info} />)}
      {edited && (
        <div class="composer-reply">
          <span class="quote">
            <span class="quote-name">{t('edit_message')}</span>
            <span class="quote-text">{oneLine(edited.text) || t('sent_files', { n: edited.files?.length ?? 0 })}</span>
          </span>
          <IconButton icon="close" label={t('edit_cancel')} onClick={() => (editing.value = null)} />
        </div>
      )}
      {reply && !edited && (
        <div class="composer-reply">
          <span class="quote">
            <QuoteText event={reply} />
          </span>
          <IconButton icon="close" label={t('reply_cancel')} onClick={() => (replying.value = null)} />
        </div>
      )}
      {staged.value.length > 0 && (
        <Staged files={staged.value} onRemove={(file) => (staged.value = staged.peek().filter((one) => one !== file))} />
      )}
      {offered.value.length > 0 && (
        <div class="buttons" role="status">
          <Button
            icon="attach"
            onClick={() => {
              stage(offered.peek());
              offered.value = [];
            }}
          >
            {t('paste_picture')}
          </Button>
          <IconButton icon="close" label={t('not_now')} onClick={() => (offered.value = [])} />
        </div>
      )}
      {tooMuch.value !== null ? (
        <div class="composer-long" role="status">
          <p class="field-error">{t('too_long_to_paste', { n: countChars(tooMuch.value), most: MAX_CHARS })}</p>
          <Button icon="file" onClick={asFile}>
            {t('send_as_file')}
          </Button>
          <IconButton icon="close" label={t('not_now')} onClick={() => (tooMuch.value = null)} />
        </div>
      ) : (
        length > MAX_CHARS - 500 && (
          <div class="composer-long">
            <p class={tooLong ? 'field-error' : 'composer-count'} role="status">
              {tooLong ? t('too_long_by', { n: length - MAX_CHARS }) : t('chars_left', { n: MAX_CHARS - length })}
            </p>
            {tooLong && (
              <Button icon="file" onClick={asFile}>
                {t('send_as_file')}
              </Button>
            )}
          </div>
        )
      )}
      {speaking.value && (
        <Recorder
          taken={speaking.value === 'here' ? undefined : speaking.value}
          onSend={({ file, voice }) => spoken(file, voice)}
          onFile={(file) => {
            speaking.value = null;
            stage([file]);
          }}
          onCancel={() => (speaking.value = null)}
        />
      )}
      <div class="composer-row" hidden={speaking.value !== null}>
        <IconButton icon="attach" label={t('add_files')} onClick={() => picker.current?.click()} />
        {touch && !text.value && <IconButton class="composer-camera" icon="camera" label={t('take_photo')} onClick={() => camera.current?.click()} />}
        <textarea
          ref={area}
          class="composer-text"
          rows={1}
          dir="auto"
          value={text.value}
          placeholder={t('say_something')}
          aria-label={t('say_something')}
          enterkeyhint={touch ? 'enter' : 'send'}
          aria-autocomplete="list"
          aria-controls={mentionActive.value && 'option-list'}
          aria-activedescendant={mentionActive.value}
          onInput={(event) => input(event.currentTarget.value)}
          onSelect={lookAround}
          onBlur={() => (naming.value = null)}
          onPaste={(event) => {
            const words = event.clipboardData?.getData('text/plain') ?? '';
            if (text.peek().length + words.length > MOST_TYPED) {
              event.preventDefault();
              tooMuch.value = words;
              return;
            }
            const files = event.clipboardData?.files;
            if (!files?.length) return;
            // A spreadsheet copies its cells as words and as a picture of them: the words are meant, the picture is offered.
            if (words) {
              offered.value = named(files);
              return;
            }
            event.preventDefault();
            stage(named(files));
          }}
          onKeyDown={(event) => {
            // While an input method composes, Enter belongs to it.
            if (event.isComposing || event.keyCode === 229) return;
            if (isMarkKey(event)) {
              const { currentTarget: field } = event;
              void import('./formats').then(({ pressMark }) => pressMark(event, field));
              event.preventDefault();
              return;
            }
            if (mentionKeys.current?.press(event)) {
              event.preventDefault();
              return;
            }
            if (event.key === 'Escape' && edited) editing.value = null;
            else if (event.key === 'Escape' && reply) replying.value = null;
            if (event.key === 'ArrowUp' && !edited && text.peek() === '' && staged.peek().length === 0 && editLast()) event.preventDefault();
            if (event.key !== 'Enter' || event.shiftKey || touch) return;
            event.preventDefault();
            say();
          }}
        />
        {(!touch || text.value) && (
          <span ref={aa} class="composer-formats" onPointerDown={(event) => event.preventDefault()}>
            <IconButton icon="letters" label={t('formatting')} onClick={() => (formats.value = aa.current)} />
          </span>
        )}
        {silent && !edited && (canRecord || touch) ? (
          <IconButton icon="mic" label={t('voice_record')} onClick={speak} />
        ) : (
          <button type="submit" class="composer-send icon-turns" disabled={edited ? tooLong || (text.value.trim() === '' && !edited.files?.length) : !ready} aria-label={t(edited ? 'save' : 'send')} title={t(edited ? 'save' : 'send')}>
            <Icon name={edited ? 'check' : 'send'} />
          </button>
        )}
      </div>
      {formats.value && area.current && <FormatMenu area={area.current} anchor={formats.value} onClose={() => (formats.value = null)} />}
      <FilePicker picker={picker} onFiles={stage} take="many" />
      <FilePicker picker={recorder} onFiles={([file]) => (speaking.value = file)} accept="audio/*" capture="user" />
      <FilePicker picker={camera} onFiles={stage} accept="image/*" capture="environment" />
    </form>
  );
}

/** Grows with the text up to a third of the screen. */
function grow(area: HTMLTextAreaElement | null): void {
  if (!area) return;
  area.style.height = 'auto';
  area.style.height = `${area.scrollHeight + 2}px`;
}

/** Pasted pictures all come as "image.png": the time tells them apart. */
function named(files: FileList): File[] {
  return [...files].map((file) => {
    if (file.name !== 'image.png') return file;
    return new File([file], `${stampNow()}.png`, { type: file.type });
  });
}

function stampNow(): string {
  return new Date(boxNow()).toISOString().slice(0, 19).replace(/[T:]/g, '-');
}
