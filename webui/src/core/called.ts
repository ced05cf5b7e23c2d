// What a person is called, so that nobody is taken for another of the same name.
import { t } from './i18n';
import type { User } from './wire';

type Named = Pick<User, 'name' | 'handle' | 'status' | 'namesake'>;

/** Their name, and beside those of others who are called the same what tells them apart; `otherwise` as long as nobody knows them. */
export function called(user: Named | null | undefined, otherwise = t('someone')): string {
  if (!user) return otherwise;
  const beside = besideName(user);
  return beside ? t('name_beside', { name: user.name, beside }) : user.name;
}

/** What tells a person apart from others of the same name; nothing where nobody else has it. */
export function besideName(user: Named): string {
  if (!user.namesake) return '';
  // Whoever is gone has no handle any more.
  return user.status === 'removed' ? t('name_removed') : `@${user.handle}`;
}
