// A message on its way: waiting, uploading with progress, failed with a way to try again. Nothing typed is lost.
import { useEffect, useMemo } from 'preact/hooks';
import { outbox } from '../../app';
import { t } from '../../core/i18n';
import type { Pending, PendingFile } from '../../core/outbox';
import { formatBytes } from '../../core/sizes';
import { Button } from '../../ui/button';
import { errorText } from '../../ui/error-text';
import { Icon } from '../../ui/icon';
import './pending.css';

export function PendingMessage({ item }: { item: Pending }) {
  const failed = item.state === 'failed';
  return (
    <li class="message message-mine message-first message-last" data-key={item.clientId}>
      <div class="message-main">
        <div class="bubble pending">
          <span class="hidden">{t('you')}: </span>
          {item.files.map((file) => (
            <FileProgress key={file.key} file={file} />
          ))}
          {item.text && <p class="bubble-text">{item.text}</p>}
          <span class={failed ? 'bubble-foot pending-failed' : 'bubble-foot'} role="status">
            <Icon name={failed ? 'alert' : item.state === 'sent' ? 'check' : 'clock'} />
            <span class="hidden">{t(failed ? 'not_sent' : item.state === 'sent' ? 'sent' : 'sending')}</span>
          </span>
          {failed && <p class="pending-error">{errorText(item.error ?? 'bad_answer')}</p>}
          {(failed || item.state === 'uploading') && (
            <div class="buttons pending-actions">
              {failed && (
                <Button kind="main" icon="retry" onClick={() => outbox.retry(item.clientId)}>
                  {t('try_again')}
                </Button>
              )}
              <Button icon="close" onClick={() => outbox.discard(item.clientId)}>
                {failed ? t('discard') : t('cancel')}
              </Button>
            </div>
          )}
        </div>
      </div>
    </li>
  );
}

function FileProgress({ file }: { file: PendingFile }) {
  const preview = usePreview(file);
  const part = file.size === 0 ? 1 : Math.min(1, file.progress.value / file.size);
  return (
    <div class="sending-file">
      {preview ? <img src={preview} alt="" /> : <Icon name="file" />}
      <span class="file-text">
        <span class="file-name">{file.name}</span>
        <span class="file-size">{file.sent ? formatBytes(file.size) : t('part_of', { part: formatBytes(part * file.size), all: formatBytes(file.size) })}</span>
        {!file.sent && <progress class="sending-bar" max={1} value={part} aria-label={t('upload_progress', { name: file.name })} />}
      </span>
    </div>
  );
}

function usePreview(file: PendingFile): string | null {
  const url = useMemo(() => (file.blob && file.mediaType.startsWith('image/') ? URL.createObjectURL(file.blob) : null), [file.blob]);
  useEffect(() => () => (url ? URL.revokeObjectURL(url) : undefined), [url]);
  return url;
}
