// Holds the app's layers. Were this to fail, nobody would lose a message; but soon nothing could be changed by itself.
import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { faults } from './layers.ts';

const SRC = new URL('../src/', import.meta.url);

/** The app's own sources, by path. Tests may look into everything. */
function sources(): Map<string, string> {
  const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' });
  const code = files.filter((file) => /\.tsx?$/.test(file) && !/(^|\/)tests\//.test(file));
  return new Map(code.map((file) => [`src/${file}`, readFileSync(new URL(file, SRC), 'utf8')]));
}

const SOURCES = sources();

it('lets no part use another than it may, and allows nothing that nobody uses', () => {
  expect(faults(SOURCES)).toEqual([]);
});

it.each([
  ['src/ui/a.tsx', "import { go } from '../app/navigation';", 'layer ui must not use app'],
  ['src/ui/a.tsx', "export { App } from '../features/shell/app-face';", 'layer ui must not use features'],
  ['src/ui/a.tsx', "import type { Notice } from '../app/notices';", 'layer ui must not use app'],
  ['src/core/a.ts', "const it = () => import('../ui/icon');", 'layer core must not use ui'],
  ['src/core/a.ts', "import { useState } from 'preact/hooks';", 'package of core must not use preact/hooks'],
  ['src/core/a.ts', "import '/src/app/start';", 'package of core must not use /src/app/start'],
  ['src/app/a.ts', "import { App } from '../features/shell/app-face';", 'layer app must not use features'],
  ['src/features/keep/a.tsx', "import '../box/box.css';", 'feature keep must not use box'],
  ['src/features/keep/deeper/a.tsx', "import { Home } from '../../box/home';", 'feature keep must not use box'],
  ['src/features/new/a.tsx', '', 'new is not in FEATURES: say what it may use'],
  ['src/other/a.ts', '', 'other is not in LAYERS: say what it may use'],
])('sees that %s may not say %s', (path, code, fault) => {
  expect(faults(new Map([...SOURCES, [path, code]]))).toEqual([`${path}: ${fault}`]);
});

it.each([
  ['src/ui/a.tsx', "// import { go } from '../app/navigation';\nconst text = \"import '../app/start'\";"],
  ['src/ui/a.tsx', "import { t } from '../core/i18n';\nimport './icon.css';"],
  ['src/features/box/health/a.tsx', "import { Home } from '../home';\nimport { api } from '../../../app/wiring';"],
])('lets %s say %s', (path, code) => {
  expect(faults(new Map([...SOURCES, [path, code]]))).toEqual([]);
});

it('sees an arrow that nobody uses any more', () => {
  const without = new Map([...SOURCES].filter(([path]) => !path.startsWith('src/features/requests/')));
  expect(faults(without)).toEqual(['feature requests does not use people: remove the arrow']);
});
