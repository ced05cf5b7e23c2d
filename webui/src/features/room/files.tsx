// Photos as a grid, files as rows.
import { useSignal } from '@preact/signals';
import { shownFile } from '../../app/state';
import { showError } from '../../app/wiring';
import { urls } from '../../core/api';
import type { AppErrorCode } from '../../core/errors';
import { fileFault } from '../../core/file-fault';
import { t } from '../../core/i18n';
import { formatRoute } from '../../core/router';
import { formatBytes } from '../../core/sizes';
import { isText } from '../../core/text-file';
import type { SentFile } from '../../core/wire';
import { errorText } from '../../ui/error-text';
import { FileName } from '../../ui/file-name';
import { Icon } from '../../ui/icon';
import { Player } from './player';
import './files.css';

export function SentFiles({ room, files }: { room: number; files: readonly SentFile[] }) {
  const photos = files.filter((file) => file.thumbnail);
  const others = files.filter((file) => !file.thumbnail);
  return (
    <>
      {photos.length > 0 && (
        <div class={`photos photos-${Math.min(photos.length, 4)}`}>
          {photos.map((photo) => (
            <Photo key={photo.id} room={room} photo={photo} alone={photos.length === 1} />
          ))}
        </div>
      )}
      {others.map((file) => (
        <OneFile key={file.id} file={file} />
      ))}
    </>
  );
}

function OneFile({ file }: { file: SentFile }) {
  const onOpen = () => void explain(file.id);
  const row = <FileRow name={file.name} size={file.size} about={photoWords(file)} href={urls.download(file.id)} onOpen={onOpen} />;
  const [kind] = file.media_type.split('/');
  if (kind === 'video' || kind === 'audio') return <Player kind={kind} file={file} onOpen={onOpen} />;
  // Phones that have no viewer of their own for a PDF download it.
  const canShow = isText(file.media_type) || (file.media_type === 'application/pdf' && navigator.pdfViewerEnabled);
  if (!canShow) return row;
  return (
    <div class="file-shown">
      {row}
      <button type="button" class="file-show" onClick={() => (shownFile.value = file)}>
        {t('show_file')}
      </button>
    </div>
  );
}

/** Of a photo that the box cannot decode: that it is one, of which format, how large. */
function photoWords({ media_type, width, height }: SentFile): string | undefined {
  const [kind, format] = media_type.split('/');
  if (kind !== 'image' || !format || width == null || height == null) return undefined;
  return t('photo_format_size', { format: format.toUpperCase(), width: String(width), height: String(height) });
}

/** The longest side of a photo that stands alone, CSS pixels; the thumbnail has twice as many. */
const SIDE = 320;

function Photo({ room, photo, alone }: { room: number; photo: SentFile; alone: boolean }) {
  const width = photo.width ?? SIDE;
  const height = photo.height ?? SIDE;
  const scale = Math.min(1, SIDE / width, SIDE / height);
  const size = alone ? { width: Math.max(72, Math.round(width * scale)), height: Math.max(72, Math.round(height * scale)) } : {};
  const fault = useSignal<AppErrorCode | null>(null);
  return (
    <a class="photo" href={formatRoute({ at: 'room', room, pane: 'talk', photo: photo.id })}>
      {fault.value ? (
        <span class="photo-fault" style={alone ? { width: `${SIDE}px`, maxWidth: '100%' } : undefined}>
          <Icon name="alert" />
          <span class="hidden">{t('photo_named', { name: photo.name })}: </span>
          {errorText(fault.value)}
        </span>
      ) : (
        <img
          src={urls.thumbnail(photo.id)}
          alt={t('photo_named', { name: photo.name })}
          decoding="async"
          onError={async () => {
            fault.value = await fileFault(photo.id);
          }}
          {...size}
        />
      )}
    </a>
  );
}

/** The browser downloads by itself; what it says of one that failed helps nobody. */
async function explain(file: number): Promise<void> {
  const code = await fileFault(file);
  if (code) showError(code);
}

interface FileRowProps {
  name: string;
  size: number;
  /** What else is to be said beside the size. */
  about?: string;
  href: string;
  onOpen?: () => void;
}

export function FileRow({ name, size, about, href, onOpen }: FileRowProps) {
  return (
    <a class="file" href={href} download={name} onClick={onOpen}>
      <span class="file-icon">
        <Icon name="file" />
      </span>
      <span class="file-text">
        <FileName name={name} />
        <span class="file-size">{[about, formatBytes(size)].filter(Boolean).join(' · ')}</span>
      </span>
      <Icon name="download" />
      <span class="hidden">{t('download')}</span>
    </a>
  );
}
