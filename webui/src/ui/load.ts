// Loads something for a screen: the value, or what went wrong, and a way to try again.
import { useSignal } from '@preact/signals';
import { useCallback, useEffect } from 'preact/hooks';
import { asApiError, type AppErrorCode } from '../core/errors';

export interface Loaded<T> {
  value: T | null;
  error: AppErrorCode | null;
  reload: () => void;
  set: (value: T) => void;
}

export function useLoad<T>(load: () => Promise<T>, deps: readonly unknown[]): Loaded<T> {
  const state = useSignal<{ value: T | null; error: AppErrorCode | null }>({ value: null, error: null });
  const round = useSignal(0);
  useEffect(() => {
    let stale = false;
    load().then(
      (value) => stale || (state.value = { value, error: null }),
      (thrown: unknown) => stale || (state.value = { value: state.peek().value, error: asApiError(thrown).code }),
    );
    return () => {
      stale = true;
    };
  }, [...deps, round.value]);
  const reload = useCallback(() => {
    round.value++;
  }, []);
  const set = useCallback((value: T) => {
    state.value = { value, error: null };
  }, []);
  return { ...state.value, reload, set };
}

/** Runs one action at a time and keeps its error. */
export function useAction(): {
  busy: boolean;
  error: AppErrorCode | null;
  run: (action: () => Promise<unknown>) => void;
} {
  const busy = useSignal(false);
  const error = useSignal<AppErrorCode | null>(null);
  const run = useCallback((action: () => Promise<unknown>) => {
    if (busy.peek()) return;
    busy.value = true;
    error.value = null;
    action()
      .catch((thrown: unknown) => {
        const { code } = asApiError(thrown);
        // Who changed their mind knows it.
        if (code !== 'cancelled') error.value = code;
      })
      .finally(() => {
        busy.value = false;
      });
  }, []);
  return { busy: busy.value, error: error.value, run };
}
