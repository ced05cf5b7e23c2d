// A message on its way: waiting, uploading with progress, failed with a way to try again. Nothing typed is lost.
import { useEffect, useMemo, useRef } from 'preact/hooks';
import { outbox } from '../../app/wiring';
import { t, type Key } from '../../core/i18n';
import { clockLength } from '../../core/levels';
import type { Pending, PendingFile } from '../../core/pending';
import { formatBytes } from '../../core/sizes';
import { Button } from '../../ui/button';
import { errorText } from '../../ui/error-text';
import { FilePicker } from '../../ui/file-picker';
import { FileName } from '../../ui/file-name';
import { Icon, type IconName } from '../../ui/icon';
import { RichText } from './rich-text';
import './pending.css';

const STATES: Record<Pending['state'], { icon: IconName; word: Key }> = {
  kept: { icon: 'alert', word: 'not_sent' },
  uploading: { icon: 'clock', word: 'sending' },
  paused: { icon: 'pause', word: 'paused' },
  waiting: { icon: 'clock', word: 'waiting' },
  sending: { icon: 'clock', word: 'sending' },
  sent: { icon: 'check', word: 'sent' },
  failed: { icon: 'alert', word: 'not_sent' },
};

export function PendingMessage({ item }: { item: Pending }) {
  const { icon, word } = STATES[item.state];
  const failed = item.state === 'failed';
  return (
    <li class="message message-mine message-first message-last" data-key={item.clientId} data-state={item.state}>
      <div class="message-main">
        <div class="bubble pending">
          <span class="hidden">{t('you')}: </span>
          {item.files.map((file) => (
            <FileProgress key={file.key} file={file} name={item.voice ? t('voice_length', { time: clockLength(item.voice.duration_ms) }) : file.name} />
          ))}
          {item.text && <RichText text={item.text} />}
          <span class={failed ? 'bubble-foot pending-failed' : 'bubble-foot'} role="status">
            {item.state === 'waiting' && item.error && <span>{t('waiting_turn')}</span>}
            <Icon name={icon} />
            <span class="hidden">{t(word)}</span>
          </span>
          {failed && <p class="pending-error">{errorText(item.error ?? 'bad_answer')}</p>}
          {item.state === 'kept' && <p class="pending-note">{t('kept_note')}</p>}
          <Actions item={item} />
        </div>
      </div>
    </li>
  );
}

function Actions({ item }: { item: Pending }) {
  const { state, clientId } = item;
  const lost = state === 'failed' || state === 'kept' ? item.files.find((file) => !file.sent && !file.blob) : undefined;
  const again = () => outbox.retry(clientId);
  const first = lost ? (
    <ChooseAgain key={lost.key} name={lost.name} onFile={(file) => outbox.choose(clientId, lost.key, file)} />
  ) : state === 'failed' ? (
    <Button kind="main" icon="retry" onClick={again}>
      {t('try_again')}
    </Button>
  ) : state === 'kept' ? (
    <Button kind="main" icon="send" onClick={again}>
      {t('send')}
    </Button>
  ) : state === 'paused' ? (
    <Button kind="main" icon="play" onClick={again}>
      {t('go_on')}
    </Button>
  ) : state === 'uploading' ? (
    <Button icon="pause" onClick={() => outbox.pause(clientId)}>
      {t('pause')}
    </Button>
  ) : null;
  // What is being said this moment can no longer be taken back; what waits can.
  if (state === 'sending' || state === 'sent') return null;
  if (state === 'waiting' && !item.error && item.files.length === 0) return null;
  return (
    <div class="buttons pending-actions">
      {first}
      <Button icon="close" onClick={() => outbox.discard(clientId)}>
        {t(state === 'failed' || state === 'kept' ? 'discard' : 'cancel')}
      </Button>
    </div>
  );
}

/** The bytes went with an earlier page: the person picks the file once more. */
function ChooseAgain({ name, onFile }: { name: string; onFile: (file: File) => void }) {
  const picker = useRef<HTMLInputElement>(null);
  return (
    <>
      <Button kind="main" icon="attach" onClick={() => picker.current?.click()}>
        {t('choose_again', { name })}
      </Button>
      <FilePicker picker={picker} onFiles={([file]) => onFile(file)} />
    </>
  );
}

function FileProgress({ file, name }: { file: PendingFile; name: string }) {
  const preview = usePreview(file);
  const part = file.size === 0 ? 1 : Math.min(1, file.progress.value / file.size);
  return (
    <div class="sending-file">
      {preview ? <img src={preview} alt="" /> : <Icon name="file" />}
      <span class="file-text">
        <FileName name={name} />
        <span class="file-size">{file.sent ? formatBytes(file.size) : t('part_of', { part: formatBytes(part * file.size), all: formatBytes(file.size) })}</span>
        {!file.sent && <progress class="sending-bar" max={1} value={part} aria-label={t('upload_progress', { name })} />}
      </span>
    </div>
  );
}

function usePreview(file: PendingFile): string | null {
  const url = useMemo(() => (file.blob && file.mediaType.startsWith('image/') ? URL.createObjectURL(file.blob) : null), [file.blob]);
  useEffect(() => () => (url ? URL.revokeObjectURL(url) : undefined), [url]);
  return url;
}
