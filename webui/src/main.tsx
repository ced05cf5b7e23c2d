// Starts the app.
import { render } from 'preact';
import { start } from './app';
import { App } from './features/shell/app-face';
import './styles/tokens.css';
import './styles/base.css';

start();
render(<App />, document.getElementById('app')!);
