// A real box for a test: the daemon on a folder of its own, stopped and started as the test wants, gone afterwards.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const BINARY = process.env.IMD_BIN ?? fileURLToPath(new URL('../../../target/debug/imd', import.meta.url));

/** The name by which browsers reach the box: no loopback name, because those are secure contexts and phones have none. */
export const NAME = 'imbox.test';

export class Box {
  #child = null;
  #output = '';

  /** A fresh box. `addresses` are the loopback addresses it listens on, at `port` or a free one; `settings` is TOML put behind its own. */
  static async start({ addresses = ['127.0.0.1'], settings = '', port } = {}) {
    const box = new Box();
    box.folder = await mkdtemp(join(tmpdir(), 'imbox-test-'));
    box.port = port ?? (await freePort());
    box.settings = settings;
    await box.run(addresses);
    return box;
  }

  get origin() {
    return `http://${NAME}:${this.port}`;
  }

  /** Everything the daemon has said so far, for a failed test's eyes. */
  get output() {
    return this.#output;
  }

  /** Starts the daemon on the box's folder, and waits until it answers. */
  async run(addresses = ['127.0.0.1'], ready = answers) {
    const config = join(this.folder, 'imd.toml');
    const listen = addresses.map((address) => `"${address}:${this.port}"`).join(', ');
    await writeFile(
      config,
      `listen = [${listen}]\ndata = "${join(this.folder, 'data')}"\nhosts = ["${NAME}"]\n[mdns]\nenabled = false\n${this.settings}\n`,
    );
    const child = spawn(BINARY, ['serve', '--config', config], { stdio: ['ignore', 'pipe', 'pipe'] });
    this.#child = child;
    // A test that breaks off leaves no daemon behind.
    const orphaned = () => child.kill('SIGKILL');
    process.once('exit', orphaned);
    child.once('exit', () => process.removeListener('exit', orphaned));
    child.stdout.on('data', (chunk) => (this.#output += chunk));
    child.stderr.on('data', (chunk) => (this.#output += chunk));
    await this.#until(() => ready(`http://${addresses[0]}:${this.port}/healthz`), 'the box to answer');
  }

  /** The code on the box's console; only a fresh box has one. */
  async claimCode() {
    let found = null;
    await this.#until(() => (found = /claim code: ([0-9A-Za-z-]+)/.exec(this.#output)), 'the claim code');
    return found[1];
  }

  /** What was said so far is of the past: the box will start all over, with another code. */
  forgetOutput() {
    this.#output = '';
  }

  /** Pulls the plug. */
  async kill() {
    await this.#end('SIGKILL');
  }

  /** The card broke: the plug is pulled, and the box begins on a fresh one at the same address. */
  async empty(addresses = ['127.0.0.1']) {
    await this.#end('SIGKILL');
    await rm(join(this.folder, 'data'), { recursive: true, force: true });
    this.#output = '';
    await this.run(addresses);
  }

  /** The card is damaged while the box is off: `damage` gets the database's file. The box starts into its repair page; its code. */
  async hurt(damage) {
    await this.#end('SIGTERM');
    await damage(join(this.folder, 'data', 'imd.db'));
    this.#output = '';
    await this.run(['127.0.0.1'], async (url) => (await fetch(url).catch(() => null))?.status === 503);
    return /repair code: ([0-9A-Za-z-]+)/.exec(this.#output)[1];
  }

  /** Until it says of itself that it is well. */
  async well() {
    await this.#until(() => answers(`http://127.0.0.1:${this.port}/healthz`), 'the box to be well');
  }

  /** Stops the daemon and takes everything away. */
  async remove() {
    await this.#end('SIGTERM');
    await rm(this.folder, { recursive: true, force: true });
  }

  async #end(signal) {
    const child = this.#child;
    this.#child = null;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill(signal);
    await gone;
  }

  async #until(condition, what) {
    const deadline = Date.now() + 20_000;
    while (!(await condition())) {
      if (this.#child && this.#child.exitCode !== null) throw new Error(`the box stopped by itself:\n${this.#output}`);
      if (Date.now() > deadline) throw new Error(`waited too long for ${what}:\n${this.#output}`);
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
  }
}

async function answers(url) {
  try {
    return (await fetch(url)).ok;
  } catch {
    return false;
  }
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}
