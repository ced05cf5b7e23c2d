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
