// What the JSON Schema of the model allows at a place.

export interface Schema {
  $ref?: string;
  $defs?: Record<string, Schema>;
  title?: string;
  description?: string;
  type?: string | string[];
  enum?: unknown[];
  const?: unknown;
  anyOf?: Schema[];
  oneOf?: Schema[];
  allOf?: Schema[];
  properties?: Record<string, Schema>;
  patternProperties?: Record<string, Schema>;
  additionalProperties?: boolean | Schema;
  items?: Schema;
  required?: string[];
}

export interface Offered {
  label: string;
  description: string;
  required: boolean;
}

/** All that a schema can stand for, references followed and alternatives taken apart. */
function meanings(schema: Schema, root: Schema, depth = 0): Schema[] {
  if (depth > 8) return [];
  if (schema.$ref) {
    const found = root.$defs?.[schema.$ref.replace("#/$defs/", "")];
    const described = schema.description ?? found?.description;
    const named = found ? { ...found, ...(described ? { description: described } : {}) } : undefined;
    return named ? meanings(named, root, depth + 1) : [];
  }
  const parts = [...(schema.anyOf ?? []), ...(schema.oneOf ?? []), ...(schema.allOf ?? [])];
  return parts.length > 0 ? parts.flatMap((part) => meanings(part, root, depth + 1)) : [schema];
}

/** Return what may stand under a path of keys; a list entry is "[]". */
export function schemasAt(root: Schema, path: string[]): Schema[] {
  let here = meanings(root, root);
  for (const key of path)
    here = here.flatMap((schema) => below(schema, key).flatMap((one) => meanings(one, root)));
  return here;
}

function below(schema: Schema, key: string): Schema[] {
  if (key === "[]") return schema.items ? [schema.items] : [];
  const exact = schema.properties?.[key];
  if (exact) return [exact];
  const patterns = Object.entries(schema.patternProperties ?? {});
  const matching = patterns
    .filter(([pattern]) => new RegExp(pattern, "u").test(key))
    .map(([, found]) => found);
  if (matching.length > 0) return matching;
  return typeof schema.additionalProperties === "object" ? [schema.additionalProperties] : [];
}

/** Return the keys that may be written in the map at a path. */
export function keysAt(root: Schema, path: string[]): Offered[] {
  const found = new Map<string, Offered>();
  for (const schema of schemasAt(root, path)) {
    for (const [label, property] of Object.entries(schema.properties ?? {})) {
      if (!found.has(label)) {
        const required = schema.required?.includes(label) ?? false;
        found.set(label, { label, description: describe(property, root), required });
      }
    }
  }
  return [...found.values()];
}

/** Return the values that the schema itself names at a path. */
export function valuesAt(root: Schema, path: string[]): Offered[] {
  const named = schemasAt(root, path).flatMap((schema) => [
    ...(schema.enum ?? []),
    ...(schema.const === undefined ? [] : [schema.const]),
    ...(schema.type === "boolean" ? [true, false] : []),
  ]);
  const texts = named
    .filter((value) => value !== null)
    .map((value) => JSON.stringify(value).replace(/^"|"$/g, ""));
  return [...new Set(texts)].map((label) => ({ label, description: "", required: false }));
}

/** Return what the schema says about the place itself. */
export function describeAt(root: Schema, path: string[]): string {
  const here = path.at(-1);
  const above = schemasAt(root, path.slice(0, -1));
  const own = above.flatMap((schema) => (here === undefined ? [schema] : below(schema, here)));
  return own.map((schema) => describe(schema, root)).find(Boolean) ?? "";
}

function describe(schema: Schema, root: Schema): string {
  const referred = root.$defs?.[schema.$ref?.replace("#/$defs/", "") ?? ""]?.description;
  return (
    schema.description ?? referred ?? meanings(schema, root).find((one) => one.description)?.description ?? ""
  );
}
