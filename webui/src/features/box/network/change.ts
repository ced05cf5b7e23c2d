// A change of the network from this page: made here, confirmed from the new address, remembered over a reload.
import { signal } from '@preact/signals';
import { go } from '../../../app/navigation';
import { showNotice } from '../../../app/notices';
import type { NetworkChange } from '../../../core/admin-wire';
import { t } from '../../../core/i18n';
import { admin } from '../admin';
import { lookAt, stopLooking } from './look';

/** A change that this browser made. */
export interface Made {
  id: number;
  /** Where to go on, with the one-time code; empty when the box confirms it by itself. */
  links: readonly string[];
  /** The page has been there: whoever comes back from an address that does not answer decides alone. */
  went?: boolean;
}

const KEY = 'imbox.network-change';

export const made = signal<Made | null>(read());

/** Changes the network; shows how to go on when somebody has to confirm it. */
export async function change(wanted: NetworkChange): Promise<void> {
  const answer = await admin.changeNetwork(wanted);
  if (answer.pending) {
    remember({ id: answer.pending.id, links: answer.links });
    // By name the box answers on its other links too, which says nothing of an address that is known.
    lookAt(answer.pending.new_addresses.length > 0 ? answer.links.slice(0, 1) : answer.links);
  } else showNotice({ kind: 'done', text: t('saved') });
  go({ at: 'box', page: 'network' });
}

/** The page goes to the new address by itself, once. */
export function goThere(link: string): void {
  const mine = made.peek();
  if (mine) remember({ ...mine, went: true });
  window.location.assign(link);
}

export function forget(): void {
  stopLooking();
  remember(null);
}

function remember(next: Made | null): void {
  made.value = next;
  try {
    if (next) window.sessionStorage.setItem(KEY, JSON.stringify(next));
    else window.sessionStorage.removeItem(KEY);
  } catch {
    // Then a reload forgets the links; the change is taken back by itself.
  }
}

function read(): Made | null {
  try {
    return JSON.parse(window.sessionStorage.getItem(KEY) ?? 'null') as Made | null;
  } catch {
    return null;
  }
}
