// Who reacted to a message, and with what.
import { api, people, sync } from '../../app/wiring';
import { t } from '../../core/i18n';
import { fullTime } from '../../core/when';
import type { User } from '../../core/wire';
import { UserAvatar } from '../../ui/avatar';
import { Button } from '../../ui/button';
import { Card, Row } from '../../ui/list';
import { PersonName } from '../../ui/person-name';
import { Broken, Skeleton } from '../../ui/states';
import { usePages } from '../../ui/use-pages';

export function WhoReacted({ room, seq }: { room: number; seq: number }) {
  const { pages, error, more, reload } = usePages('', async (_, after) => {
    const page = await api.whoReacted(room, seq, after);
    people.putAll(page.reactions.map(({ user }) => user));
    return page;
  });
  const me = sync.me.value?.user.id;
  if (error && !pages) return <Broken code={error} onRetry={reload} />;
  if (!pages) return <Skeleton rows={3} />;
  // Whoever reacted twice stands there once.
  const all = new Map<number, { user: User; at: number; emoji: string[] }>();
  for (const { user, at, emoji } of pages.flatMap((page) => page.reactions)) {
    const known = all.get(user.id);
    if (known) known.emoji.push(emoji);
    else all.set(user.id, { user, at, emoji: [emoji] });
  }
  if (all.size === 0) return <p>{t('reactions_none')}</p>;
  return (
    <>
      <Card>
        {[...all.values()].map(({ emoji, user, at }) => (
          <Row
            key={user.id}
            lead={<UserAvatar user={user} />}
            title={user.id === me ? t('name_you', { name: user.name }) : <PersonName user={user} />}
            note={fullTime(at)}
            end={<span class="reaction-who">{emoji.join(' ')}</span>}
          />
        ))}
      </Card>
      {more && <Button onClick={more}>{t('show_more')}</Button>}
    </>
  );
}
