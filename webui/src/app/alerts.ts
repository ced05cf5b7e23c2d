// How this device calls its owner to a message in a room that is not on the screen. When, is decided elsewhere.
import { signal } from '@preact/signals';
import { boxNow } from '../core/box-time';
import { chime } from '../core/chime';
import { minuteOf, rests } from '../core/quiet';
import { sound, store } from './preferences';
import { sync } from './wiring';

/** Some phones can shake; Safari cannot. */
export const canVibrate = typeof navigator.vibrate === 'function';
/** Whether a message in another room is to be felt. */
export const vibration = signal(store.get('vibration') !== 'off');

export function setVibration(on: boolean): void {
  vibration.value = on;
  store.set('vibration', on ? 'on' : 'off');
}

/** Notifications of the system: only on pages over HTTPS. */
export const canNotify = window.isSecureContext && 'Notification' in window;
export const notifies = signal(canNotify && Notification.permission === 'granted' && store.get('notifications') !== 'off');

/** Asks the browser, which asks its user. */
export async function setNotifies(on: boolean): Promise<void> {
  const granted = on && (Notification.permission === 'granted' || (await Notification.requestPermission()) === 'granted');
  notifies.value = granted;
  store.set('notifications', granted ? 'on' : 'off');
}

/** Does somebody not want to be disturbed now? What is on the screen shows all the same. */
export function atRest(): boolean {
  return rests(sync.me.peek()?.quiet, boxNow(), minuteOf(Date.now()));
}

interface Alert {
  title: string;
  text: string;
  /** A newer one with the same replaces it. */
  tag: string;
  onOpen: () => void;
}

export function alertTo({ title, text, tag, onOpen }: Alert): void {
  if (atRest()) return;
  if (sound.peek()) chime();
  // Nothing that nobody has touched yet may shake.
  if (vibration.peek() && canVibrate && navigator.userActivation?.hasBeenActive !== false) navigator.vibrate(120);
  if (!notifies.peek() || document.visibilityState === 'visible') return;
  try {
    const shown = new Notification(title, { body: text, tag, silent: true });
    shown.onclick = () => {
      window.focus();
      onOpen();
      shown.close();
    };
  } catch {
    // Chrome on Android shows them only for apps that are installed.
    notifies.value = false;
  }
}
