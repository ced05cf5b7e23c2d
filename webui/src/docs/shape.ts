// A JSON schema as a programmer would write the type down. Names of other shapes are marked with `#`.

export interface Schema {
  $ref?: string;
  type?: string | string[];
  format?: string;
  description?: string;
  enum?: unknown[];
  const?: unknown;
  items?: Schema;
  properties?: Record<string, Schema>;
  required?: string[];
  oneOf?: Schema[];
  anyOf?: Schema[];
  allOf?: Schema[];
}

export function shapeOf(schema: Schema, indent = ''): string {
  if (schema.$ref) return `#${schema.$ref.slice(schema.$ref.lastIndexOf('/') + 1)}`;
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(' | ');
  const either = schema.oneOf ?? schema.anyOf;
  if (either) return either.map((one) => shapeOf(one, indent)).join(either.length > 2 ? `\n${indent}| ` : ' | ');
  if (schema.allOf) return schema.allOf.map((one) => shapeOf(one, indent)).join(' & ');
  if (schema.properties) return objectOf(schema.properties, new Set(schema.required), indent);
  if (schema.items) return `${shapeOf(schema.items, indent)}[]`;
  const types = [schema.type ?? 'anything'].flat().join(' | ');
  return schema.format ? `${types} (${schema.format})` : types;
}

function objectOf(properties: Record<string, Schema>, required: ReadonlySet<string>, indent: string): string {
  const inner = `${indent}  `;
  const lines = Object.entries(properties).map(([name, schema]) => {
    const note = schema.description ? `  // ${schema.description.replace(/\s+/g, ' ')}` : '';
    return `${inner}${name}${required.has(name) ? '' : '?'}: ${shapeOf(schema, inner)}${note}`;
  });
  return `{\n${lines.join('\n')}\n${indent}}`;
}
