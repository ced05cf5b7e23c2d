// One room from outside: archive it, give it to somebody else, delete it with what is lost said first.
import { useSignal } from '@preact/signals';
import { go } from '../../../app/navigation';
import { showNotice } from '../../../app/notices';
import { people } from '../../../app/wiring';
import type { RoomSummary } from '../../../core/admin-wire';
import { boxNow } from '../../../core/box-time';
import { called } from '../../../core/called';
import { languageTag, t } from '../../../core/i18n';
import { formatBytes } from '../../../core/sizes';
import { distance, fullTime } from '../../../core/when';
import { UserAvatar } from '../../../ui/avatar';
import { Button } from '../../../ui/button';
import { Callout } from '../../../ui/callout';
import { Confirm } from '../../../ui/confirm';
import { Dialog } from '../../../ui/dialog';
import { Facts } from '../../../ui/facts';
import { Card, Row } from '../../../ui/list';
import { useAction, useLoad } from '../../../ui/load';
import { Section } from '../../../ui/page';
import { SearchField } from '../../people/search-field';
import { usePeople } from '../../people/use-people';
import { admin } from '../admin';
import { BoxPageFrame, Refusal, Shown } from '../box-page';

export function Room({ id }: { id: number }) {
  const room = useLoad(() => admin.room(id), [id]);
  return (
    <BoxPageFrame title={room.value?.name ?? t('box_rooms')} from="rooms">
      <Shown of={room}>{(now) => <Parts room={now} onChange={room.set} />}</Shown>
    </BoxPageFrame>
  );
}

function Parts({ room, onChange }: { room: RoomSummary; onChange: (room: RoomSummary) => void }) {
  const asked = useSignal<'archive' | 'give' | 'delete' | null>(null);
  const action = useAction();
  const close = () => (asked.value = null);
  const archive = (archived: boolean) => action.run(async () => onChange(await admin.changeRoom(room.id, { archived })));
  const remove = () =>
    action.run(async () => {
      await admin.deleteRoom(room.id);
      showNotice({ kind: 'done', text: t('rooms_deleted', { name: room.name }) });
      go({ at: 'box', page: 'rooms' });
    });
  return (
    <>
      {room.archived && <Callout kind="info" title={t('rooms_is_archived')} />}
      <Section>
        <Card>
          <Facts
            of={[
              [t('kind_label'), t(`kind_${room.kind === 'channel' ? 'channel' : 'group'}`)],
              [t('rooms_owners'), room.owners.map((owner) => called(people.get(owner.id).value, owner.name)).join(', ') || '–'],
              [t('rooms_members'), String(room.member_count)],
              [t('rooms_events_title'), room.events.toLocaleString(languageTag.value)],
              [t('rooms_files'), room.files > 0 ? `${room.files} · ${formatBytes(room.bytes)}` : '0'],
              room.last_at != null && [t('rooms_last'), distance(room.last_at, boxNow())],
              [t('rooms_created'), fullTime(room.created_at)],
            ]}
          />
        </Card>
      </Section>
      <Section help={t('rooms_help')}>
        <div class="buttons">
          <Button icon="people" busy={action.busy} onClick={() => (asked.value = 'give')}>
            {t('rooms_give')}
          </Button>
          {room.archived ? (
            <Button icon="retry" busy={action.busy} onClick={() => archive(false)}>
              {t('rooms_unarchive')}
            </Button>
          ) : (
            <Button icon="lock" busy={action.busy} onClick={() => (asked.value = 'archive')}>
              {t('rooms_archive')}
            </Button>
          )}
          {!room.is_default && (
            <Button kind="danger" icon="trash" busy={action.busy} onClick={() => (asked.value = 'delete')}>
              {t('rooms_delete')}
            </Button>
          )}
        </div>
        <Refusal code={action.error} />
      </Section>
      {asked.value === 'archive' && (
        <Confirm title={t('rooms_archive_title', { name: room.name })} text={t('rooms_archive_text')} action={t('rooms_archive')} onClose={close} onConfirm={() => archive(true)} />
      )}
      {asked.value === 'delete' && (
        <Confirm
          title={t('rooms_delete_title', { name: room.name })}
          text={t('rooms_delete_text', { events: room.events, files: room.files, size: formatBytes(room.bytes) })}
          action={t('rooms_delete')}
          onClose={close}
          onConfirm={remove}
        />
      )}
      {asked.value === 'give' && (
        <Dialog title={t('rooms_give_title', { name: room.name })} onClose={close}>
          <Give
            onChoose={(owner) => {
              close();
              action.run(async () => {
                onChange(await admin.changeRoom(room.id, { owner }));
                showNotice({ kind: 'done', text: t('saved') });
              });
            }}
          />
        </Dialog>
      )}
    </>
  );
}

function Give({ onChoose }: { onChoose: (user: number) => void }) {
  const query = useSignal('');
  const found = usePeople(query.value);
  return (
    <div>
      <p class="section-help">{t('rooms_give_help')}</p>
      <SearchField value={query.value} onInput={(value) => (query.value = value)} />
      <ul>
        {found.users
          ?.filter((user) => user.status === 'active')
          .map((user) => (
            <li key={user.id}>
              <Row lead={<UserAvatar user={user} />} title={user.name} note={`@${user.handle}`} onClick={() => onChoose(user.id)} />
            </li>
          ))}
      </ul>
      {found.users?.length === 0 && <p class="section-help">{t('nobody_found')}</p>}
    </div>
  );
}
