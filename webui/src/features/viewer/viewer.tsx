// Photos in full: swipe or arrow keys between those of the room, pinch or wheel to look closer.
import { useSignal } from '@preact/signals';
import { go, replaceRoute } from '../../app/navigation';
import { people, rooms } from '../../app/wiring';
import { urls } from '../../core/api';
import type { AppErrorCode } from '../../core/errors';
import { fileFault } from '../../core/file-fault';
import { called } from '../../core/called';
import { t } from '../../core/i18n';
import { fullTime } from '../../core/when';
import type { MessageEvent, RoomEvent, SentFile } from '../../core/wire';
import { Button, IconButton, IconLink } from '../../ui/button';
import { errorText } from '../../ui/error-text';
import { Cover } from './cover';
import { Zoom } from './zoom';

interface Shown {
  photo: SentFile;
  event: MessageEvent;
}

export function Viewer({ room, photo: id }: { room: number; photo: number }) {
  const all = photosOf(rooms.log(room).events.value);
  const index = all.findIndex((one) => one.photo.id === id);
  const shown = all[index];
  const loaded = useSignal<number | null>(null);
  const fault = useSignal<{ photo: number; code: AppErrorCode } | null>(null);
  const close = () => go({ at: 'room', room, pane: 'talk' });
  const step = (by: number) => {
    const next = all[index + by];
    if (next) replaceRoute({ at: 'room', room, pane: 'talk', photo: next.photo.id });
  };
  if (!shown) return null;
  const { photo, event } = shown;
  return (
    <Cover
      label={t('photo_named', { name: photo.name })}
      onClose={close}
      onKey={(key) => {
        if (key === 'ArrowLeft') step(-1);
        else if (key === 'ArrowRight') step(1);
      }}
    >
      <header class="viewer-head">
        <IconButton icon="close" label={t('close')} onClick={close} />
        <p class="viewer-who">
          <span>{called(people.get(event.sender).value)}</span>
          <span class="viewer-when">{fullTime(event.at)}</span>
        </p>
        <span class="viewer-count">{t('photo_of', { i: index + 1, n: all.length })}</span>
        <IconLink icon="download" label={t('download')} href={urls.download(photo.id)} download={photo.name} />
      </header>
      <Zoom key={photo.id} onStep={step} onClose={close}>
        <img class="viewer-preview" src={urls.thumbnail(photo.id)} alt="" width={photo.width ?? undefined} height={photo.height ?? undefined} />
        {fault.value?.photo !== photo.id && (
          <img
            class={loaded.value === photo.id ? 'viewer-photo' : 'viewer-photo viewer-loading'}
            src={urls.file(photo.id)}
            alt={photo.name}
            onLoad={() => (loaded.value = photo.id)}
            onError={async () => {
              fault.value = { photo: photo.id, code: (await fileFault(photo.id)) ?? 'bad_answer' };
            }}
          />
        )}
      </Zoom>
      {fault.value?.photo === photo.id && (
        <div class="viewer-fault" role="alert">
          <p>{errorText(fault.value.code)}</p>
          <Button icon="retry" onClick={() => (fault.value = null)}>
            {t('try_again')}
          </Button>
        </div>
      )}
      {index > 0 && <IconButton class="viewer-step viewer-back" icon="back" label={t('photo_before')} onClick={() => step(-1)} />}
      {index < all.length - 1 && <IconButton class="viewer-step viewer-next" icon="forward" label={t('photo_after')} onClick={() => step(1)} />}
    </Cover>
  );
}

function photosOf(events: readonly RoomEvent[]): Shown[] {
  const all: Shown[] = [];
  for (const event of events)
    if (event.kind === 'message') for (const photo of event.files ?? []) if (photo.thumbnail) all.push({ photo, event });
  return all;
}
