// Small facts under one another: what it is, and how it is now.
import type { ComponentChildren } from 'preact';
import './facts.css';

export function Facts({ of }: { of: readonly (readonly [label: string, value: ComponentChildren] | null | false)[] }) {
  return (
    <dl class="facts">
      {of.map(
        (fact) =>
          fact && (
            <div key={fact[0]} class="fact">
              <dt>{fact[0]}</dt>
              <dd>{fact[1]}</dd>
            </div>
          ),
      )}
    </dl>
  );
}
