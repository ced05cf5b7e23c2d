// Starts the app.
import { render } from 'preact';
import { firstWords } from './app/preferences';
import { start } from './app/start';
import { App } from './features/shell/app-face';
import './styles/tokens.css';
import './styles/base.css';

void firstWords().then(() => {
  start();
  render(<App />, document.getElementById('app')!);
});
