import { newId } from '../../server/shared/ids.ts';
import type { Ids } from '../support/one-of-each.ts';
import { ENCODED, KEYS, NUL, TEXTS, TYPES } from './bad-texts.ts';
import type { Chance } from '../support/random.ts';
import type { TakenField } from '../support/fields-of-routes.ts';

/** One request, its parts as bytes go out. `raw`: the address has bytes that no client would send, so it goes by hand. */
export type BadRequest = {
  method: string;
  address: string;
  headers: Record<string, string | string[]>;
  body: Buffer | undefined;
};

type Asked = { method: string; address: string; fields: readonly TakenField[]; ids: Ids };

/** A request to the route with at least one thing wrong, and often most of it right, so that it comes far. */
export function badRequest(chance: Chance, asked: Asked): BadRequest {
  const method = chance.percent(4)
    ? chance.one(['HEAD', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'POST', 'GET', 'PROPFIND'])
    : asked.method;
  const takesBody = method !== 'GET' && method !== 'HEAD';
  const address = wrongAddress(chance, asked, !takesBody);
  const headers = wrongHeaders(chance);
  if (!takesBody) return { method, address, headers, body: undefined };
  const kind = chance.number(10);
  if (kind < 5)
    return { method, address, headers: { ...headers, 'content-type': TYPES[0]! }, body: formBody(chance, asked) };
  if (kind < 8)
    return {
      method,
      address,
      headers: { ...headers, 'content-type': 'application/json' },
      body: jsonBody(chance, asked),
    };
  if (kind === 8)
    return { method, address, headers: { ...headers, ...multipart(chance) }, body: multipartBody(chance, asked) };
  const bodies = [formBody, jsonBody, multipartBody];
  return {
    method,
    address,
    headers: { ...headers, 'content-type': chance.one(TYPES) },
    body: chance.one(bodies)(chance, asked),
  };
}

function wrongAddress(chance: Chance, { address, fields }: Asked, inQuery: boolean): string {
  let wrong = address;
  if (chance.percent(12)) {
    const parts = address.split('/');
    parts[1 + chance.number(Math.max(1, parts.length - 1))] = chance.percent(50)
      ? chance.one(ENCODED)
      : encodeURIComponent(wellFormed(chance.one(TEXTS).slice(0, 500)));
    wrong = parts.join('/');
  }
  if (!inQuery && !chance.percent(10)) return wrong;
  const pairs = Array.from({ length: chance.number(6) }, () => pair(chance, fields));
  return pairs.length === 0 ? wrong : `${wrong}${wrong.includes('?') ? '&' : '?'}${pairs.join('&')}`;
}

const wellFormed = (text: string): string => text.replaceAll(/[\uD800-\uDBFF](?![\uDC00-\uDFFF])/g, '');

function name(chance: Chance, fields: readonly TakenField[]): string {
  return fields.length > 0 && chance.percent(85) ? chance.one(fields).name : chance.one(KEYS);
}

function text(chance: Chance): string {
  if (chance.percent(3)) return chance.one(['x', '文', '👋🏽', `${NUL}`]).repeat(20_000);
  if (chance.percent(10)) return newId();
  return chance.one(TEXTS);
}

function pair(chance: Chance, fields: readonly TakenField[]): string {
  const value = chance.percent(15) ? chance.one(ENCODED) : encodeURIComponent(wellFormed(text(chance).slice(0, 2000)));
  const suffix = chance.percent(8) ? chance.one(['[]', '[0]', '[a]', '%5B%5D', '[__proto__]']) : '';
  return `${encodeURIComponent(name(chance, fields))}${suffix}${chance.percent(3) ? '' : '='}${value}`;
}

/** Most fields as they should be, one or two of them not. */
function formBody(chance: Chance, { fields }: Asked): Buffer {
  const pairs = fields
    .filter(() => !chance.percent(7))
    .map(({ name: field, good }) =>
      chance.percent(75) && good !== ''
        ? `${encodeURIComponent(field)}=${encodeURIComponent(field === 'id' ? newId() : good)}`
        : `${encodeURIComponent(field)}=${chance.percent(10) ? chance.one(ENCODED) : encodeURIComponent(wellFormed(text(chance)))}`,
    );
  for (let more = chance.number(3); more > 0; more -= 1) pairs.push(pair(chance, fields));
  if (chance.percent(2)) for (let each = 0; each < 6000; each += 1) pairs.push(`f${each}=1`);
  return Buffer.from(pairs.join('&'));
}

function jsonBody(chance: Chance, { fields }: Asked): Buffer {
  if (chance.percent(8))
    return Buffer.from(
      chance.one(['', '{', '[', '"', 'null', '1', '[1,2]', '"text"', '{"a":}', `{"a":"\\ud800"}`, '[[[['.repeat(500)]),
    );
  const body: [string, unknown][] = fields
    .filter(() => !chance.percent(10))
    .map(({ name: field, good }) => [
      field,
      chance.percent(60) && good !== '' ? (field === 'id' ? newId() : good) : anything(chance, 0),
    ]);
  if (chance.percent(20)) body.push([chance.one(KEYS), anything(chance, 0)]);
  // By hand: JSON.stringify would leave out __proto__ of an object.
  return Buffer.from(
    `{${body.map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value) ?? 'null'}`).join(',')}}`,
  );
}

function anything(chance: Chance, depth: number): unknown {
  switch (chance.number(depth > 3 ? 6 : 9)) {
    case 0:
      return null;
    case 1:
      return chance.one([0, -1, 1.5, 1e308, 2 ** 53, -0, 2147483648]);
    case 2:
      return chance.percent(50);
    case 3:
      return '\uD800';
    case 4:
      return `a\uDC00${NUL}`;
    case 6:
      return Array.from({ length: chance.number(4) }, () => anything(chance, depth + 1));
    case 7:
      return { [chance.one(KEYS)]: anything(chance, depth + 1), toString: 1, length: -1 };
    case 8:
      return Array.from({ length: 300 }, (_, index) => index);
    default:
      return text(chance);
  }
}

const multipart = (chance: Chance): Record<string, string> => ({
  'content-type': chance.percent(85)
    ? 'multipart/form-data; boundary=edge'
    : chance.one(['multipart/form-data', 'multipart/form-data; boundary=other']),
});

function multipartBody(chance: Chance, { fields }: Asked): Buffer {
  const parts = Array.from({ length: 1 + chance.number(4) }, () => {
    const field = chance.percent(30) ? 'file' : name(chance, fields);
    const file = chance.percent(50)
      ? `; filename="${chance.one(['a.png', '../../x', `a${NUL}.pdf`, '', '文.docx', 'a"b.txt', 'x'.repeat(4000)])}"`
      : '';
    const type = chance.percent(30) ? `\r\nContent-Type: ${chance.one(['image/png', 'text/html', 'x', ''])}` : '';
    const head = chance.percent(6)
      ? chance.one(['Content-Disposition: form-data', 'X: y', '', ':::'])
      : `Content-Disposition: form-data; name="${field}"${file}${type}`;
    return `--edge\r\n${head}\r\n\r\n${wellFormed(text(chance))}`;
  });
  const end = chance.percent(85) ? '\r\n--edge--\r\n' : chance.one(['', '\r\n--edge', '\r\n--ed']);
  return Buffer.from(parts.join('\r\n') + end);
}

function wrongHeaders(chance: Chance): Record<string, string | string[]> {
  const headers: Record<string, string | string[]> = {};
  headers.accept = chance.percent(80)
    ? 'text/html'
    : chance.one(['application/json', '*/*', '', 'x', 'image/png', 'text/html;q=x']);
  const odd: [string, string][] = [
    ['accept-language', '*;q=99'],
    ['host', 'evil.example.org'],
    ['x-forwarded-for', "'; --"],
    ['x-forwarded-proto', 'gopher'],
    ['range', 'bytes=5-1,,-'],
    ['if-none-match', '"'.repeat(50)],
    ['if-modified-since', 'yesterday'],
    ['content-encoding', 'gzip'],
    ['content-encoding', 'br, gzip, x'],
    ['transfer-encoding', 'chunked'],
    ['expect', '100-continue'],
    ['origin', 'null'],
    ['referer', 'javascript:1'],
    ['user-agent', 'x'.repeat(9000)],
    ['x-http-method-override', 'DELETE'],
    ['sec-fetch-site', 'cross-site'],
    ['last-event-id', '9'.repeat(300)],
    ['upgrade', 'h2c'],
  ];
  if (chance.percent(15)) {
    const [header, value] = chance.one(odd);
    headers[header] = value;
  }
  if (chance.percent(4))
    headers.cookie = chance.one([
      '=',
      ';;;',
      'a',
      'fieldnotes-0=s%3Ax.y',
      `x=${'y'.repeat(8000)}`,
      '__proto__=1',
      'a="b; c=%FF',
    ]);
  if (chance.percent(4)) headers['x-csrf-token'] = chance.one(['', 'x', '文'.replace('文', 'a'), 'y'.repeat(500)]);
  return headers;
}
