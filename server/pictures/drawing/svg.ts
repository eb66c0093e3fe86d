// SVG as text. Everything that goes into it is escaped here; looks are presentation attributes, never style, because the
// site's content security policy allows no style in a picture either.

export const INK = '#1d2426';
export const SOFT = '#4a5558';
export const RULE = '#c9d1d1';
export const FONT = "'Noto Sans', 'Segoe UI', 'Helvetica Neue', Arial, 'Liberation Sans', 'DejaVu Sans', sans-serif";

export type Attributes = Record<string, string | number | undefined>;

/** One element; `children` are SVG already, made by these functions. */
export function element(name: string, attributes: Attributes, ...children: string[]): string {
  const written = Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ` ${key}="${typeof value === 'number' ? short(value) : escapeText(value!)}"`)
    .join('');
  return children.length === 0 ? `<${name}${written}/>` : `<${name}${written}>${children.join('')}</${name}>`;
}

export function text(x: number, y: number, content: string, attributes: Attributes = {}): string {
  return element('text', { x, y, ...attributes }, escapeText(content));
}

export function line(x1: number, y1: number, x2: number, y2: number, attributes: Attributes = {}): string {
  return element('line', { x1, y1, x2, y2, stroke: RULE, ...attributes });
}

/** A whole picture. `label` is what it is called for those who cannot see it. */
export function svgDocument(size: { width: number; height: number; label: string }, ...children: string[]): string {
  const [width, height] = [Math.ceil(size.width), Math.ceil(size.height)];
  return element(
    'svg',
    {
      xmlns: 'http://www.w3.org/2000/svg',
      width,
      height,
      viewBox: `0 0 ${width} ${height}`,
      role: 'img',
      'font-family': FONT,
      'font-size': 13,
      fill: INK,
    },
    element('title', {}, escapeText(size.label)),
    element('rect', { width, height, fill: '#ffffff' }),
    ...children,
  );
}

// XML has no way to write most control characters, so they go.
function escapeText(value: string): string {
  return (
    value
      // eslint-disable-next-line no-control-regex -- these are the ones meant
      .replaceAll(/[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/g, '')
      .replaceAll('&', '&amp;')
      .replaceAll('<', '&lt;')
      .replaceAll('>', '&gt;')
      .replaceAll('"', '&quot;')
  );
}

const short = (value: number): string => String(Math.round(value * 100) / 100);
