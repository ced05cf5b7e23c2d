// The files of a reported message, to be looked at where they are kept: photos as pictures, others to be saved.
import { adminUrls } from '../../../core/admin-api';
import type { Report } from '../../../core/admin-wire';
import { t } from '../../../core/i18n';
import { FileRow } from '../../room/files';

export function ReportFiles({ report }: { report: Report }) {
  const files = report.files.map((file, place) => ({ ...file, place }));
  const photos = files.filter(({ kept }) => kept?.thumbnail);
  const names = files.filter(({ kept }) => !kept).map(({ name }) => name);
  return (
    <>
      {photos.length > 0 && (
        <div class="photos report-photos">
          {photos.map(({ name, place }) => (
            <a key={place} class="photo" href={adminUrls.reportedFile(report.id, place)} target="_blank" rel="noopener">
              <img src={adminUrls.reportedThumbnail(report.id, place)} alt={t('photo_named', { name })} decoding="async" />
            </a>
          ))}
        </div>
      )}
      {files.map(
        ({ name, kept, place }) =>
          kept && !kept.thumbnail && <FileRow key={place} name={name} size={kept.size} href={`${adminUrls.reportedFile(report.id, place)}?download`} />,
      )}
      {names.length > 0 && <p class="entry-note">{t('reports_files', { names: names.join(', ') })}</p>}
    </>
  );
}
