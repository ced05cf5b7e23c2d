// From a fresh box to one with people in it: language, code, you, the box's name, who may come in, a poster to print.
// Each step has its address, so that the browser's back button works and a reload comes back to the same place.
import { useEffect } from 'preact/hooks';
import { replaceRoute, route } from '../../app/navigation';
import { session, setUp } from '../../app/wiring';
import { SETUP_STEPS, type SetupStep } from '../../core/router';
import '../box/admin';
import { CodeStep } from './code-step';
import { DoorStep } from './door-step';
import { LanguageStep } from './language-step';
import { MoveStep } from './move-step';
import { NameStep } from './name-step';
import { PosterStep } from './poster-step';
import { RestoreStep } from './restore-step';
import { YouStep } from './you-step';

export function SetUp() {
  const at = route.value;
  const claimed = session.phase.value === 'inside';
  const step = stepAt(at.at === 'setup' ? at.step : claimed ? 'name' : 'language', claimed);
  useEffect(() => {
    // The QR code of a fresh box brings its code along.
    if (at.at === 'claim' && at.code) setUp.change({ code: at.code });
    if (at.at !== 'setup' || at.step !== step) replaceRoute({ at: 'setup', step });
  }, [at, step]);
  switch (step) {
    case 'language':
      return <LanguageStep />;
    case 'code':
      return <CodeStep key={String(claimed)} claimed={claimed} />;
    case 'you':
      return <YouStep key={String(claimed)} claimed={claimed} />;
    case 'name':
      return <NameStep />;
    case 'door':
      return <DoorStep />;
    case 'poster':
      return <PosterStep />;
    case 'restore':
      return <RestoreStep />;
    case 'move':
      return <MoveStep />;
  }
}

/** What comes after the claim can't be reached before it. */
function stepAt(wanted: SetupStep, claimed: boolean): SetupStep {
  if (wanted === 'restore' || wanted === 'move') return claimed ? 'name' : wanted;
  const last = SETUP_STEPS.indexOf(claimed ? 'poster' : setUp.draft.value.code === '' ? 'code' : 'you');
  return SETUP_STEPS[Math.min(SETUP_STEPS.indexOf(wanted), last)] ?? 'language';
}
