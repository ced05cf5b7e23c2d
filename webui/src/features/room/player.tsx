// A film or a recording that plays where it was said. What the browser cannot play is a file like any other.
import { useSignal } from '@preact/signals';
import { urls } from '../../core/api';
import { t } from '../../core/i18n';
import { formatBytes } from '../../core/sizes';
import type { SentFile } from '../../core/wire';
import { IconLink } from '../../ui/button';
import { FileName } from '../../ui/file-name';
import { FileRow } from './files';

export function Player({ kind, file, onOpen }: { kind: 'video' | 'audio'; file: SentFile; onOpen: () => void }) {
  const unplayable = useSignal(false);
  if (unplayable.value) return <FileRow name={file.name} size={file.size} href={urls.download(file.id)} onOpen={onOpen} />;
  // Of a film Safari shows nothing until it plays, unless it is asked for a moment of it.
  const src = kind === 'video' ? `${urls.file(file.id)}#t=0.001` : urls.file(file.id);
  const shared = { src, controls: true, 'aria-label': file.name, onError: () => (unplayable.value = true) };
  return (
    <figure class="player">
      {/* Its beginning is its picture; the rest comes as it is played. */}
      {kind === 'video' ? <video {...shared} preload="metadata" playsInline /> : <audio {...shared} preload="metadata" />}
      <figcaption>
        <span class="file-text">
          <FileName name={file.name} />
          <span class="file-size">{formatBytes(file.size)}</span>
        </span>
        <IconLink icon="download" label={`${t('download')} ${file.name}`} href={urls.download(file.id)} download={file.name} />
      </figcaption>
    </figure>
  );
}
