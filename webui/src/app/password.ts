// Asking for the person's password once more, before something that needs it.
import { signal } from '@preact/signals';

/** Set while the person is asked for their password once more; to be told whether it was entered. */
export const passwordAsked = signal<((entered: boolean) => void) | null>(null);
let passwordEntered: Promise<boolean> | null = null;
/** Resolves to whether it was entered; several requests that need it at once ask once. */
export function askPassword(): Promise<boolean> {
  passwordEntered ??= new Promise((resolve) => {
    passwordAsked.value = (entered) => {
      passwordAsked.value = null;
      passwordEntered = null;
      resolve(entered);
    };
  });
  return passwordEntered;
}
