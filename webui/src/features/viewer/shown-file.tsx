// A file in full: a PDF by the browser's own viewer, a text by ours.
import { shownFile } from '../../app/state';
import { urls } from '../../core/api';
import { t } from '../../core/i18n';
import { isText } from '../../core/text-file';
import type { SentFile } from '../../core/wire';
import { IconButton, IconLink } from '../../ui/button';
import { FileName } from '../../ui/file-name';
import { Cover } from './cover';
import { ShownText } from './shown-text';

export function ShownFile({ file }: { file: SentFile }) {
  const close = () => (shownFile.value = null);
  return (
    <Cover label={file.name} onClose={close}>
      <header class="viewer-head">
        <IconButton icon="close" label={t('close')} onClick={close} />
        <p class="viewer-who">
          <FileName name={file.name} />
        </p>
        <IconLink icon="download" label={t('download')} href={urls.download(file.id)} download={file.name} />
      </header>
      {isText(file.media_type) ? <ShownText file={file} /> : <iframe class="viewer-pdf" src={urls.file(file.id)} title={file.name} />}
    </Cover>
  );
}
