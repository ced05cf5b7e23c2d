// Which parts of the app may use which, and a check of it. `core` and `ui` can be read, tested and moved by themselves only as
// long as they know nothing of the app they are put into. `layers.test.ts` holds the sources to it.
import ts from 'typescript';

type Arrows = Record<string, readonly string[]>;

/** The folders of `src` (and `main`, the one file beside them), and which others each may use. */
export const LAYERS: Arrows = {
  core: [],
  ui: ['core'],
  app: ['core'],
  features: ['core', 'ui', 'app'],
  main: ['app', 'features', 'styles'],
  docs: ['styles'],
  styles: [],
};

/** The folders of `src/features`, and which others each may use. */
export const FEATURES: Arrows = {
  box: ['invites', 'keep', 'me', 'outside', 'people', 'room'],
  composer: ['details', 'room', 'voice'],
  details: ['keep', 'people', 'rooms'],
  emoji: ['people'],
  invites: ['details', 'people'],
  keep: [],
  me: ['people'],
  outside: [],
  people: ['me'],
  requests: ['people'],
  room: ['composer', 'details', 'emoji', 'rooms', 'voice'],
  rooms: ['people', 'room', 'voice'],
  search: ['people', 'rooms'],
  setup: ['box', 'invites', 'outside'],
  shell: ['box', 'details', 'invites', 'me', 'outside', 'people', 'requests', 'room', 'rooms', 'search', 'setup', 'viewer', 'voice'],
  viewer: [],
  voice: [],
};

/** The packages that each layer may use; a layer that is not here uses none. */
export const PACKAGES: Arrows = {
  core: ['@preact/signals'],
  ui: ['preact', 'preact/hooks', '@preact/signals'],
  app: ['@preact/signals'],
  features: ['preact', 'preact/hooks', '@preact/signals', 'virtual:emoji'],
  main: ['preact'],
};

/** Everything in `sources` (text by path, from `src/` on) that breaks a rule, and every arrow of the tables that nobody uses. */
export function faults(sources: ReadonlyMap<string, string>): string[] {
  const found: string[] = [];
  const used = new Set<string>();
  for (const [path, text] of sources) {
    const from = partOf(path);
    const may = (table: Arrows, own: string, to: string, what: string) => {
      used.add(`${what} ${own} → ${to}`);
      if (own !== to && !table[own]?.includes(to)) found.push(`${path}: ${what} ${own} must not use ${to}`);
    };
    if (!(from.layer in LAYERS)) found.push(`${path}: ${from.layer} is not in LAYERS: say what it may use`);
    if (from.feature && !(from.feature in FEATURES)) found.push(`${path}: ${from.feature} is not in FEATURES: say what it may use`);
    for (const { fileName: name } of ts.preProcessFile(text, true, true).importedFiles) {
      if (!name.startsWith('.')) {
        may(PACKAGES, from.layer, name, 'package of');
        continue;
      }
      const to = partOf(new URL(name, `file:///${path}`).pathname.slice(1));
      may(LAYERS, from.layer, to.layer, 'layer');
      if (from.feature && to.feature) may(FEATURES, from.feature, to.feature, 'feature');
    }
  }
  const tables: [string, Arrows][] = [['layer', LAYERS], ['feature', FEATURES], ['package of', PACKAGES]];
  for (const [what, table] of tables)
    for (const [own, others] of Object.entries(table))
      for (const to of others) if (!used.has(`${what} ${own} → ${to}`)) found.push(`${what} ${own} does not use ${to}: remove the arrow`);
  return found;
}

function partOf(path: string): { layer: string; feature: string | undefined } {
  const [, first = '', second] = path.split('/');
  const layer = first.split('.')[0] ?? '';
  return { layer, feature: layer === 'features' ? second : undefined };
}
