// Starts the app.
import { render } from 'preact';
import { start } from './app/start';
import { App } from './features/shell/app-face';
import './styles/tokens.css';
import './styles/base.css';

start();
render(<App />, document.getElementById('app')!);
