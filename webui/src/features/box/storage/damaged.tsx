// What a repair put aside: nobody needs it for the chat, and only an admin deletes it.
import { useSignal } from '@preact/signals';
import { Fragment } from 'preact';
import { adminUrls } from '../../../core/admin-api';
import type { SetAside } from '../../../core/admin-wire';
import { t } from '../../../core/i18n';
import { formatBytes } from '../../../core/sizes';
import { fullTime } from '../../../core/when';
import { IconButton } from '../../../ui/button';
import { Confirm } from '../../../ui/confirm';
import { Card, Row } from '../../../ui/list';
import { useAction, useLoad } from '../../../ui/load';
import { Section } from '../../../ui/page';
import { admin } from '../admin';
import { BoxIcon } from '../box-icon';
import { Refusal } from '../box-page';
import { saveAs } from '../save-as';

export function Damaged({ onDone }: { onDone: () => void }) {
  const found = useLoad(() => admin.damaged(), []);
  const asked = useSignal<SetAside | null>(null);
  const action = useAction();
  const remove = (one: SetAside) =>
    action.run(async () => {
      await admin.deleteDamaged(one.name);
      found.reload();
      onDone();
    });
  const save = (name: string, file: string) => action.run(() => saveAs(adminUrls.damaged(name, file), `${name}-${file}`));
  if (!found.value || found.value.length === 0) return null;
  return (
    <Section title={t('damaged_title')} help={t('damaged_help')}>
      <Card>
        {found.value.map((one) => (
          <Fragment key={one.name}>
            <Row
              lead={<BoxIcon name="disk" />}
              title={fullTime(one.at)}
              note={formatBytes(one.bytes)}
              end={<IconButton icon="trash" label={t('damaged_delete', { when: fullTime(one.at) })} onClick={() => (asked.value = one)} />}
            />
            {one.files.map((file) => (
              <Row
                key={file.name}
                icon="file"
                title={file.name}
                note={formatBytes(file.bytes)}
                end={<IconButton icon="download" label={t('damaged_download', { name: file.name, when: fullTime(one.at) })} onClick={() => save(one.name, file.name)} />}
              />
            ))}
          </Fragment>
        ))}
      </Card>
      <Refusal code={action.error} />
      {asked.value && (
        <Confirm
          title={t('damaged_delete_title', { when: fullTime(asked.value.at) })}
          text={t('damaged_delete_text')}
          action={t('delete')}
          onClose={() => (asked.value = null)}
          onConfirm={() => asked.value && remove(asked.value)}
        />
      )}
    </Section>
  );
}
