// My name, handle and picture.
import { useSignal } from '@preact/signals';
import { showNotice } from '../../app/notices';
import { api, people, showError, sync } from '../../app/wiring';
import { t } from '../../core/i18n';
import type { Me } from '../../core/wire';
import { UserAvatar } from '../../ui/avatar';
import { Button } from '../../ui/button';
import { errorText } from '../../ui/error-text';
import { TextField } from '../../ui/field';
import { useAction } from '../../ui/load';
import { PicturePicker } from '../../ui/picture-picker';
import { MePageFrame } from './me-page';
import '../people/person.css';

export function Profile() {
  const me = sync.me.value;
  const name = useSignal(me?.user.name ?? '');
  const handle = useSignal(me?.user.handle ?? '');
  const action = useAction();
  if (!me) return null;
  const { error } = action;
  // A name that looks like an admin's may be either of the two: the one that was changed.
  const ofHandle = error === 'conflict' || error === 'handle_unfit' || (error === 'name_of_admin' && name.value.trim() === me.user.name);
  const save = (event: Event) => {
    event.preventDefault();
    action.run(async () => {
      taken(await api.changeMe({ name: name.peek().trim(), handle: handle.peek().trim().toLowerCase() }));
      showNotice({ kind: 'done', text: t('saved') });
    });
  };
  return (
    <MePageFrame title={t('my_profile')}>
      <div class="person">
        <UserAvatar user={me.user} size="xl" />
        <div class="buttons">
          <PicturePicker onPicture={async (image) => taken(await api.setAvatar(image))} onError={showError} />
          {me.user.avatar && <Button onClick={() => action.run(async () => taken(await api.removeAvatar()))}>{t('remove_picture')}</Button>}
        </div>
      </div>
      <form class="stack" onSubmit={save}>
        <TextField
          label={t('name')}
          value={name.value}
          onInput={(value) => (name.value = value)}
          autocomplete="nickname"
          maxLength={64}
          error={error && !ofHandle ? errorText(error) : null}
          required
        />
        <TextField
          label={t('handle')}
          help={t('handle_help')}
          value={handle.value}
          onInput={(value) => (handle.value = value)}
          maxLength={32}
          error={error && ofHandle ? (error === 'conflict' ? t('handle_taken') : errorText(error)) : null}
        />
        <Button kind="main" type="submit" busy={action.busy} disabled={name.value.trim() === ''}>
          {t('save')}
        </Button>
      </form>
    </MePageFrame>
  );
}

function taken(me: Me): void {
  sync.me.value = me;
  people.put(me.user);
}
