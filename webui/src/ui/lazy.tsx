// Loads a screen's code when it is opened.
import type { ComponentType } from 'preact';
import { useLoad } from './load';
import { Broken, Skeleton } from './states';

export function lazy<P extends object>(load: () => Promise<ComponentType<P>>): ComponentType<P> {
  let Found: ComponentType<P> | null = null;
  return function Lazy(props: P) {
    const loaded = useLoad(async () => (Found ??= await load()) && true, []);
    if (Found) return <Found {...props} />;
    if (loaded.error) return <Broken code="unreachable" onRetry={() => window.location.reload()} />;
    return <Skeleton />;
  };
}

/** The same for what comes beside something else: until it is there, and where it can't be had, nothing is shown. */
export function lazyBeside<P extends object>(load: () => Promise<ComponentType<P>>): ComponentType<P> {
  let Found: ComponentType<P> | null = null;
  return function LazyBeside(props: P) {
    useLoad(async () => (Found ??= await load()) && true, []);
    return Found && <Found {...props} />;
  };
}
