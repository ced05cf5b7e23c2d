// The API in readable form, drawn from the box's own OpenAPI document. For programmers, so English only, like the document.
import { shapeOf, type Schema } from './shape';
import '../styles/tokens.css';
import './docs.css';

interface Operation {
  summary?: string;
  description?: string;
  tags?: string[];
  parameters?: { name: string; in: string; required?: boolean; description?: string; schema?: Schema }[];
  requestBody?: { content?: Record<string, { schema?: Schema }> };
  responses?: Record<string, { description?: string; content?: Record<string, { schema?: Schema }> }>;
}

interface Document {
  info: { title: string; version: string; description?: string };
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, Schema> };
}

const SOURCE = '/api/v1/openapi.json';
const root = document.getElementById('docs')!;

fetch(SOURCE)
  .then((answer) => (answer.ok ? (answer.json() as Promise<Document>) : Promise.reject(new Error(String(answer.status)))))
  .then(draw)
  .catch((error: Error) => root.replaceChildren(make('p', `The API's description could not be loaded (${error.message}).`)));

function draw(api: Document): void {
  const source = make('a', 'OpenAPI 3.1 document');
  source.href = SOURCE;
  root.replaceChildren(make('h1', `${api.info.title} ${api.info.version}`), make('p', api.info.description ?? ''), source);
  root.append(make('h2', 'Routes'));
  for (const [path, methods] of Object.entries(api.paths))
    for (const [method, operation] of Object.entries(methods)) root.append(route(method, path, operation));
  root.append(make('h2', 'Shapes'));
  for (const [name, schema] of Object.entries(api.components.schemas)) root.append(shape(name, schema));
  document.getElementById(location.hash.slice(1))?.scrollIntoView();
}

function route(method: string, path: string, operation: Operation): HTMLElement {
  const box = make('details', '');
  const head = make('summary', '');
  head.append(make('b', method.toUpperCase()), make('code', path), make('span', operation.summary ?? ''));
  box.append(head);
  if (operation.description) box.append(make('p', operation.description));
  for (const parameter of operation.parameters ?? [])
    box.append(line(`${parameter.name} (${parameter.in}${parameter.required ? '' : ', optional'})`, parameter.schema, parameter.description));
  for (const [type, body] of Object.entries(operation.requestBody?.content ?? {})) box.append(line(`body: ${type}`, body.schema));
  for (const [status, answer] of Object.entries(operation.responses ?? {})) {
    const schema = Object.values(answer.content ?? {})[0]?.schema;
    box.append(line(status, schema, answer.description));
  }
  return box;
}

function shape(name: string, schema: Schema): HTMLElement {
  const box = make('section', '');
  box.id = name;
  box.append(make('h3', name));
  if (schema.description) box.append(make('p', schema.description));
  const text = make('pre', '');
  text.append(...linked(shapeOf(schema)));
  box.append(text);
  return box;
}

function line(label: string, schema: Schema | undefined, note = ''): HTMLElement {
  const row = make('p', '');
  row.className = 'line';
  row.append(make('code', label));
  if (schema) {
    const type = make('code', '');
    type.append(...linked(shapeOf(schema)));
    row.append(type);
  }
  row.append(note);
  return row;
}

/** Names of shapes, marked `#Name` by `shapeOf`, as links. */
function linked(text: string): (string | HTMLElement)[] {
  return text.split(/(#[A-Z]\w+)/).map((part) => {
    if (!part.startsWith('#')) return part;
    const link = make('a', part.slice(1));
    link.href = part;
    return link;
  });
}

function make<K extends keyof HTMLElementTagNameMap>(tag: K, text: string): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  element.textContent = text;
  return element;
}
