// Photos and files that were picked and wait for "send".
import { useEffect, useMemo } from 'preact/hooks';
import { t } from '../../core/i18n';
import { formatBytes } from '../../core/sizes';
import { FileName } from '../../ui/file-name';
import { IconButton } from '../../ui/button';
import { Icon } from '../../ui/icon';

export function Staged({ files, onRemove }: { files: readonly File[]; onRemove: (file: File) => void }) {
  return (
    <ul class="staged" aria-label={t('staged')}>
      {files.map((file, index) => (
        <StagedFile key={`${file.name}-${file.size}-${index}`} file={file} onRemove={() => onRemove(file)} />
      ))}
    </ul>
  );
}

function StagedFile({ file, onRemove }: { file: File; onRemove: () => void }) {
  const url = useMemo(() => (file.type.startsWith('image/') ? URL.createObjectURL(file) : null), [file]);
  useEffect(() => () => (url ? URL.revokeObjectURL(url) : undefined), [url]);
  return (
    <li class="staged-file">
      {url ? <img src={url} alt={file.name} /> : <Icon name="file" />}
      {!url && (
        <span class="file-text">
          <FileName name={file.name} />
          <span class="file-size">{formatBytes(file.size)}</span>
        </span>
      )}
      <IconButton class="staged-remove" icon="close" label={t('remove_named', { name: file.name })} onClick={onRemove} />
    </li>
  );
}
