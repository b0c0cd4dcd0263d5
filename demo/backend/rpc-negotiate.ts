import type { Queries } from './database.ts';
import { refuse } from './rpc-errors.ts';
import { mediaType, notHere } from './rpc-request.ts';

const JSON_TYPE = 'application/json';
const OBJECT_TYPE = 'application/vnd.pgrst.object+json';

/** The media type of the answer: plain JSON, or that of exactly one object. */
export function negotiate(request: Request): { readonly type: string; readonly isSingular: boolean } {
  const accepted = byQuality(request.headers.get('accept') ?? '*/*');
  for (const header of accepted) {
    const type = mediaType(header);
    const isStripped = /;\s*nulls=stripped/.test(header);
    if (['*/*', JSON_TYPE].includes(type)) return { type: JSON_TYPE, isSingular: false };
    if (/^application\/vnd\.pgrst\.(?:array|object)(?:\+json)?$/.test(type)) {
      if (isStripped) notHere('answers without nulls');
      const isSingular = type.includes('object');
      return { type: isSingular ? OBJECT_TYPE : JSON_TYPE, isSingular };
    }
    if (['text/csv', 'application/geo+json'].includes(type)) notHere(`answers as ${type}`);
  }
  const names = accepted.map(mediaType).join(', ');
  return refuse(406, 'PGRST107', `None of these media types are available: ${names}`);
}

function byQuality(accept: string): string[] {
  const quality = (type: string) => Number(/;\s*q=([\d.]+)/.exec(type)?.[1] ?? 1);
  return accept.split(',').sort((a, b) => quality(b) - quality(a));
}

/** What the header `Prefer` asks for, as far as a function call can grant it. */
export interface Preferences {
  readonly count: string | null;
  readonly isStrict: boolean;
  readonly timezone: string | null;
  readonly maxAffected: number | null;
  /** The value of `Preference-Applied`. */
  readonly applied: string;
}

const KNOWN =
  /^(?:resolution=(?:merge|ignore)-duplicates|return=(?:representation|minimal|headers-only)|count=(?:exact|planned|estimated)|tx=(?:commit|rollback)|missing=(?:default|null)|handling=(?:strict|lenient)|max-affected=.*)$/;

/** `tx=rollback` is known, but only to servers that allow it, which the platform's do not. */
export async function readPreferences(request: Request, queries: Queries): Promise<Preferences> {
  const wanted = (request.headers.get('prefer') ?? '')
    .split(',')
    .map((one) => one.trim())
    .filter(Boolean);
  const known = wanted.filter((one) => KNOWN.test(one));
  const value = (name: string) =>
    known.find((one) => one.startsWith(`${name}=`))?.slice(name.length + 1) ?? null;
  const zone = wanted.find((one) => one.startsWith('timezone='))?.slice('timezone='.length) ?? null;
  const timezone = zone !== null && (await isTimezone(queries, zone)) ? zone : null;
  const isStrict = value('handling') === 'strict';
  const invalid = wanted.filter((one) => !KNOWN.test(one) && one !== `timezone=${timezone}`);
  if (isStrict && invalid.length > 0) {
    refuse(400, 'PGRST122', 'Invalid preferences given with handling=strict', {
      details: `Invalid preferences: ${invalid.join(', ')}`,
    });
  }
  const affected = /^\d+$/.exec(value('max-affected') ?? '')?.[0];
  const maxAffected = isStrict && affected !== undefined ? Number(affected) : null;
  const applied = [
    value('count') && `count=${value('count')}`,
    value('handling') && `handling=${value('handling')}`,
    timezone && `timezone=${timezone}`,
    maxAffected !== null && `max-affected=${maxAffected}`,
  ];
  return {
    count: value('count'),
    isStrict,
    timezone,
    maxAffected,
    applied: applied.filter(Boolean).join(', '),
  };
}

async function isTimezone(queries: Queries, name: string): Promise<boolean> {
  const rows = await queries.query('select from pg_catalog.pg_timezone_names where name = $1', [name]);
  return rows.length > 0;
}
