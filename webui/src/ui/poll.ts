// Loads something for a screen again and again, as long as somebody looks.
import { useEffect, useRef } from 'preact/hooks';
import { useLoad, type Loaded } from './load';

/** Asked for again every `everyMs`, once there was an answer; `null`: once. What was loaded stays while it is asked again. */
export function usePoll<T>(load: () => Promise<T>, deps: readonly unknown[], everyMs: number | null): Loaded<T> {
  const asked = useRef(0);
  const ask = async () => {
    asked.current++;
    try {
      return await load();
    } finally {
      asked.current--;
    }
  };
  const loaded = useLoad(ask, deps);
  useEffect(() => {
    if (everyMs === null) return undefined;
    const look = () => {
      // Asking again gives up what was asked before: of a box that is slower than this nothing would ever be seen.
      if (document.visibilityState === 'visible' && asked.current === 0) loaded.reload();
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
