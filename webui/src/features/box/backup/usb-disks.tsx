// USB disks: which there are, choosing one for backups, and taking them out safely.
import { showNotice } from '../../../app/notices';
import type { UsbDisk } from '../../../core/admin-wire';
import { t } from '../../../core/i18n';
import { formatBytes } from '../../../core/sizes';
import { Button } from '../../../ui/button';
import { Card, Row } from '../../../ui/list';
import { useAction } from '../../../ui/load';
import { Section } from '../../../ui/page';
import { Select } from '../../../ui/select';
import { admin } from '../admin';
import { BoxIcon } from '../box-icon';
import { Refusal } from '../box-page';

/** What people call the disk with this id; `null`: it is none, or not there. */
export function diskName(disks: readonly UsbDisk[], id: string | null | undefined): string | null {
  const disk = disks.find((one) => one.id === id);
  return disk ? disk.label || t('disk_unnamed') : null;
}

interface WhereProps {
  disks: readonly UsbDisk[];
  /** Empty: the box. */
  value: string;
  onChange: (value: string) => void;
}

/** Only a question where there is a disk; one that was chosen and is away stays chosen. */
export function Where({ disks, value, onChange }: WhereProps) {
  const ready = disks.filter((disk) => disk.state === 'ready');
  if (ready.length === 0 && value === '') return null;
  const options = [{ value: '', label: t('backup_on_box') }, ...ready.map(({ id }) => ({ value: id, label: diskName(disks, id) ?? id }))];
  if (!options.some((option) => option.value === value)) options.push({ value, label: t('disk_away', { id: value }) });
  return <Select label={t('backup_where')} value={value} options={options} onChange={onChange} />;
}

export function Disks({ disks, onChange }: { disks: readonly UsbDisk[]; onChange: () => void }) {
  const action = useAction();
  const eject = (disk: UsbDisk) =>
    action.run(async () => {
      await admin.ejectDisk(disk.id);
      showNotice({ kind: 'done', text: t('disk_ejected', { name: disk.label || t('disk_unnamed') }) });
      onChange();
    });
  return (
    <Section title={t('disks')} help={t('disks_help')}>
      {disks.length > 0 && (
        <Card>
          {disks.map((disk) => (
            <Row
              key={disk.id}
              lead={<BoxIcon name="safe" />}
              title={disk.label || t('disk_unnamed')}
              note={about(disk)}
              end={
                disk.state === 'ready' && (
                  <Button kind="plain" busy={action.busy} onClick={() => eject(disk)}>
                    {t('disk_eject')}
                  </Button>
                )
              }
            />
          ))}
        </Card>
      )}
      <Refusal code={action.error} />
    </Section>
  );
}

function about(disk: UsbDisk): string {
  switch (disk.state) {
    case 'ready':
      return t('disk_free', { free: formatBytes(disk.free_bytes), all: formatBytes(disk.total_bytes) });
    case 'format':
      return t('disk_format', { format: disk.format });
    case 'unwritable':
      return t('disk_unwritable');
  }
}
