// A PDF in full, by the browser's own viewer.
import { useEffect, useRef } from 'preact/hooks';
import { shownPdf } from '../../app';
import { urls } from '../../core/api';
import { t } from '../../core/i18n';
import type { SentFile } from '../../core/wire';
import { IconButton, IconLink } from '../../ui/button';
import { FileName } from '../../ui/file-name';
import './viewer.css';

export function PdfViewer({ file }: { file: SentFile }) {
  const box = useRef<HTMLDivElement>(null);
  const close = () => (shownPdf.value = null);
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
      }}
    >
      <header class="viewer-head">
        <IconButton icon="close" label={t('close')} onClick={close} />
        <p class="viewer-who">
          <FileName name={file.name} />
        </p>
        <IconLink icon="download" label={t('download')} href={urls.download(file.id)} download={file.name} />
      </header>
      <iframe class="viewer-pdf" src={urls.file(file.id)} title={file.name} />
    </div>
  );
}
