// A file in full: a PDF by the browser's own viewer, a text by ours.
import { useEffect, useRef } from 'preact/hooks';
import { shownFile } from '../../app';
import { urls } from '../../core/api';
import { t } from '../../core/i18n';
import { isText } from '../../core/text-file';
import type { SentFile } from '../../core/wire';
import { IconButton, IconLink } from '../../ui/button';
import { FileName } from '../../ui/file-name';
import { keepInside } from './keep-inside';
import { ShownText } from './shown-text';
import './viewer.css';

export function ShownFile({ file }: { file: SentFile }) {
  const box = useRef<HTMLDivElement>(null);
  const close = () => (shownFile.value = null);
  useEffect(() => {
    const before = document.activeElement as HTMLElement | null;
    box.current?.focus();
    return () => before?.focus?.();
  }, []);
  return (
    <div
      ref={box}
      class="viewer"
      role="dialog"
      aria-modal="true"
      aria-label={file.name}
      tabIndex={-1}
      onKeyDown={(key) => {
        if (key.key === 'Escape') close();
        else if (key.key === 'Tab') keepInside(key, box.current);
      }}
    >
      <header class="viewer-head">
        <IconButton icon="close" label={t('close')} onClick={close} />
        <p class="viewer-who">
          <FileName name={file.name} />
        </p>
        <IconLink icon="download" label={t('download')} href={urls.download(file.id)} download={file.name} />
      </header>
      {isText(file.media_type) ? <ShownText file={file} /> : <iframe class="viewer-pdf" src={urls.file(file.id)} title={file.name} />}
    </div>
  );
}
