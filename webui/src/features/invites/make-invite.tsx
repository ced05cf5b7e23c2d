// A new invite: for how long, for how many.
import { useSignal } from '@preact/signals';
import { api, isAdmin } from '../../app';
import { t } from '../../core/i18n';
import type { InviteCreated } from '../../core/wire';
import { Button } from '../../ui/button';
import { errorText } from '../../ui/error-text';
import { Choice } from '../../ui/field';
import { useAction } from '../../ui/load';

const DAY_S = 86_400;
type Life = 'day' | 'week' | 'poster';
type Uses = 'one' | 'any';

const SECONDS: Record<Life, number | null> = { day: DAY_S, week: 7 * DAY_S, poster: null };

export function MakeInvite({ onMade }: { onMade: (made: InviteCreated) => void }) {
  const life = useSignal<Life>('week');
  const uses = useSignal<Uses>('any');
  const action = useAction();
  const make = () =>
    action.run(async () =>
      onMade(await api.makeInvite({ rooms: [], expires_in_s: SECONDS[life.peek()], max_uses: uses.peek() === 'one' ? 1 : null })),
    );
  const lives: Life[] = isAdmin.value ? ['day', 'week', 'poster'] : ['day', 'week'];
  return (
    <div class="stack section">
      <Choice
        label={t('invite_life')}
        value={life.value}
        options={lives.map((value) => ({ value, label: t(`life_${value}`) }))}
        onChange={(value) => (life.value = value)}
      />
      <Choice
        label={t('invite_uses')}
        value={uses.value}
        options={[
          { value: 'any', label: t('uses_any') },
          { value: 'one', label: t('uses_one') },
        ]}
        onChange={(value) => (uses.value = value)}
      />
      <Button kind="main" icon="qr" busy={action.busy} onClick={make}>
        {t('make_invite')}
      </Button>
      {action.error && (
        <p class="field-error" role="alert">
          {errorText(action.error)}
        </p>
      )}
    </div>
  );
}
