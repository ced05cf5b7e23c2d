// Photos as a grid, files as rows.
import { urls } from '../../core/api';
import { t } from '../../core/i18n';
import { formatRoute } from '../../core/router';
import { formatBytes } from '../../core/sizes';
import type { SentFile } from '../../core/wire';
import { Icon } from '../../ui/icon';
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
        <FileRow key={file.id} name={file.name} size={file.size} href={urls.download(file.id)} />
      ))}
    </>
  );
}

/** The longest side of a photo that stands alone, CSS pixels; the thumbnail has twice as many. */
const SIDE = 320;

function Photo({ room, photo, alone }: { room: number; photo: SentFile; alone: boolean }) {
  const width = photo.width ?? SIDE;
  const height = photo.height ?? SIDE;
  const scale = Math.min(1, SIDE / width, SIDE / height);
  const size = alone ? { width: Math.max(72, Math.round(width * scale)), height: Math.max(72, Math.round(height * scale)) } : {};
  return (
    <a class="photo" href={formatRoute({ at: 'room', room, pane: 'talk', photo: photo.id })}>
      <img src={urls.thumbnail(photo.id)} alt={t('photo_named', { name: photo.name })} decoding="async" {...size} />
    </a>
  );
}

export function FileRow({ name, size, href }: { name: string; size: number; href: string }) {
  return (
    <a class="file" href={href} download={name}>
      <span class="file-icon">
        <Icon name="file" />
      </span>
      <span class="file-text">
        <span class="file-name">{name}</span>
        <span class="file-size">{formatBytes(size)}</span>
      </span>
      <Icon name="download" />
      <span class="hidden">{t('download')}</span>
    </a>
  );
}
