// Invites are reached from two places, and lead back to where one came from: People, and the box's administration.
import { route } from '../../app/navigation';
import { formatRoute } from '../../core/router';

/** The list of invites. */
export function listHref(): string {
  return formatRoute(route.value.at === 'box' ? { at: 'box', page: 'invites' } : { at: 'invites' });
}

/** One of them. */
export function inviteHref(invite: number, pane: 'show' | 'poster'): string {
  if (route.value.at !== 'box') return formatRoute({ at: 'invite', invite, pane });
  return formatRoute({ at: 'box', page: pane === 'poster' ? 'poster' : 'invites', id: invite });
}

/** What the list is part of. */
export function aboveHref(): string {
  return formatRoute(route.value.at === 'box' ? { at: 'box', page: 'home' } : { at: 'people' });
}
