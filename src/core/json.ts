export type Fields = Readonly<Record<string, unknown>>;

export function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Undefined for what is no JSON: what is in storage may be old, foreign or damaged, what answers a proxy's page. */
export function parseJson(text: string | null): unknown {
  try {
    // Without a text there is a null.
    return JSON.parse(text as string);
  } catch {
    return undefined;
  }
}
