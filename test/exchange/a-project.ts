import { type ZipEntry, zipBytes } from './zip-bytes.ts';

/** GUIDs that can be told apart: g(1), g(2), … */
export const g = (number: number): string => `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;

export const [USER, CODE, SOURCE] = [g(1), g(2), g(3)];

/** A passage from `start` to `end`, coded with the code of the project. */
export function selection(
  number: number,
  start: number | string,
  end: number | string,
  given: { name?: string; code?: string; inside?: string } = {},
): string {
  const name = given.name === undefined ? '' : ` name="${given.name}"`;
  return (
    `<PlainTextSelection guid="${g(number)}"${name} startPosition="${start}" endPosition="${end}">` +
    `<Coding guid="${g(number + 500)}" creatingUser="${USER}"><CodeRef targetGUID="${given.code ?? CODE}"/>${given.inside ?? ''}</Coding>` +
    `</PlainTextSelection>`
  );
}

export type ProjectParts = Partial<{
  namespace: string;
  origin: string;
  before: string;
  codes: string;
  variables: string;
  cases: string;
  /** In the one text source. */
  inSource: string;
  sourceAttributes: string;
  /** Beside it. */
  sources: string;
  /** After the sources. */
  after: string;
}>;

export const TEXT = 'She held the door open. They laughed about the garden.';

/** A project with one user, one code and one text, and whatever is given besides. */
export function projectXml(parts: ProjectParts = {}): string {
  const namespace = parts.namespace ?? 'urn:QDA-XML:project:1.0';
  return `<?xml version="1.0" encoding="utf-8"?>${parts.before ?? ''}
<Project${namespace === '' ? '' : ` xmlns="${namespace}"`} name="Quiet corners" origin="${parts.origin ?? 'QualCoder 3.6'}">
<Users><User guid="${USER}" name="Ann"/></Users>
<CodeBook><Codes>${parts.codes ?? `<Code guid="${CODE}" name="Welcome" isCodable="true" color="#1d70b8"/>`}</Codes></CodeBook>
${parts.variables ?? ''}${parts.cases ?? ''}
<Sources><TextSource guid="${SOURCE}" name="Cafe" ${parts.sourceAttributes ?? 'plainTextPath="internal://a.txt"'}>${parts.inSource ?? selection(10, 4, 17)}</TextSource>${parts.sources ?? ''}</Sources>
${parts.after ?? ''}
</Project>`;
}

export function qdpx(project: string | Buffer, text: string | Buffer = TEXT, more: readonly ZipEntry[] = []): Buffer {
  return zipBytes([{ name: 'project.qde', data: project }, { name: 'sources/a.txt', data: text }, ...more]);
}
