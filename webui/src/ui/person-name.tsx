// A person's name on one line. What tells them apart from others of the same name stays where the name is too long.
import { besideName } from '../core/called';
import type { User } from '../core/wire';
import './person-name.css';

export function PersonName({ user }: { user: User }) {
  const beside = besideName(user);
  if (!beside) return <>{user.name}</>;
  return (
    <span class="called">
      <span class="called-name">{user.name}</span> <span class="called-beside">{beside}</span>
    </span>
  );
}
