// Loads something for a screen again and again, as long as somebody looks.
import { useEffect } from 'preact/hooks';
import { useLoad, type Loaded } from './load';

/** `everyMs` after an answer it is asked for again; `null`: once. What was loaded stays while it is asked again. */
export function usePoll<T>(load: () => Promise<T>, deps: readonly unknown[], everyMs: number | null): Loaded<T> {
  const loaded = useLoad(load, deps);
  useEffect(() => {
    if (everyMs === null) return undefined;
    const look = () => {
      if (document.visibilityState === 'visible') loaded.reload();
    };
    const timer = window.setInterval(look, everyMs);
    document.addEventListener('visibilitychange', look);
    return () => {
      window.clearInterval(timer);
      document.removeEventListener('visibilitychange', look);
    };
  }, [everyMs]);
  return loaded;
}
