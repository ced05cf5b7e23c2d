// The line icons of the admin pages, drawn like the app's own; loaded with them.
import '../../ui/icon.css';

const PATHS = {
  well: 'M12 20.500S4 15.500 4 9.500A4.500 4.500 0 0 1 12 7a4.500 4.500 0 0 1 8 2.500c0 6-8 11-8 11M6.500 12h3l1.500-3 2 5 1.500-2h3',
  shield: 'M12 3.500l7 2.500v5.500c0 4.500-3 7.500-7 9-4-1.500-7-4.500-7-9V6zM9 12l2.200 2.200L15.500 10',
  journal: 'M6.500 3.500h11a1 1 0 0 1 1 1v15a1 1 0 0 1-1 1h-11a1 1 0 0 1-1-1v-15a1 1 0 0 1 1-1M9 8h6M9 12h6M9 16h4',
  tag: 'M4 4.500h7L20 13.500 13.500 20 4.500 11zM8.500 8.500h.01',
  network: 'M9.500 3.500h5v5h-5zM3.500 15.500h5v5h-5zM15.500 15.500h5v5h-5zM12 8.500V12M6 15.500V12h12v3.500',
  power: 'M12 3.500v8M7 6.500a7.500 7.500 0 1 0 10 0',
  update: 'M12 20.500a8.500 8.500 0 1 0 0-17 8.500 8.500 0 0 0 0 17M12 16V8M8.500 11.500L12 8l3.500 3.500',
  lines: 'M4 6.500h16M4 11h16M4 15.500h10',
  disk: 'M5 4.500h14l1.500 9v6h-17v-6zM3.500 13.500h17M16.500 16.500h.01',
  safe: 'M4.500 4.500h15v15h-15zM12 15.500a3.500 3.500 0 1 0 0-7 3.500 3.500 0 0 0 0 7M12 8.500V6M7 19.500v1.500M17 19.500v1.500',
  chart: 'M4 4v16h16M7.500 15.500l3.500-5 3 2.500 5-7',
  about: 'M12 20.500a8.500 8.500 0 1 0 0-17 8.500 8.500 0 0 0 0 17M12 11v5.500M12 7.700h.01',
  broom: 'M4.500 12a7.500 7.500 0 1 0 2.200-5.300M4.500 3.500V8H9',
  wifi: 'M3 9.500a13 13 0 0 1 18 0M6 13a8.500 8.500 0 0 1 12 0M9 16.300a4.200 4.200 0 0 1 6 0M12 19.500h.01',
  cable: 'M7 3.500h10v7H7zM10 3.500V6M14 3.500V6M12 10.500V15a5 5 0 0 1-5 5H4',
} as const;

export type BoxIconName = keyof typeof PATHS;

export function BoxIcon({ name }: { name: BoxIconName }) {
  return (
    <span class="row-icon">
      <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
        <path d={PATHS[name]} />
      </svg>
    </span>
  );
}
