import { type Element, namedGuid, normaliseGuid, writtenGuid } from './element.ts';
import { referredAs } from './references.ts';
import type { Remarks } from './refusal.ts';

// Within one element, what refers to its own parts rather than to anything in the file.
const TO_PARTS = ['fromSyncPoint', 'toSyncPoint', 'sourceVertex', 'targetVertex'];

/**
 * Gives every GUID of a file out once, in the order in which its elements are written: programs use one for a marked area
 * and for its words, say, and others refuse such a file. What is met first keeps it, and with it what refers to it; but what
 * other elements refer to keeps its own in any case: `taken` says as what a GUID is referred to in the file.
 */
export function createUniqueGuids(
  remarks: Remarks,
  taken: (guid: string) => string | undefined,
): (one: Element) => Element {
  const seen = new Set<string>();

  function isNew(guid: string, as: string): boolean {
    const owner = taken(guid);
    if (owner !== undefined && owner !== as) return false;
    // Sixteen bytes: there may be hundreds of thousands.
    const short = Buffer.from(guid.replaceAll('-', ''), 'hex').toString('latin1');
    if (seen.has(short)) return false;
    seen.add(short);
    return true;
  }

  function other(guid: string, as: string): string {
    for (let time = 1; ; time += 1) {
      const made = namedGuid(`${guid} ${time}`);
      if (isNew(made, as)) return made;
    }
  }

  return function unique(one: Element): Element {
    const { guid } = one.attributes;
    const given = guid === undefined ? undefined : normaliseGuid(guid);
    let attributes = one.attributes;
    const as = referredAs(one.name);
    if (given !== undefined && !isNew(given, as)) {
      attributes = { ...attributes, guid: writtenGuid(other(given, as)) };
      remarks.add('changed', 'GUIDs that were used twice are written as others, so that each means one thing.', guid);
    }
    const renamed = new Map<string, string>();
    let isSame = attributes === one.attributes;
    const children = one.children.map((child) => {
      const made = unique(child);
      if (made === child) return renamed.size === 0 ? child : withParts(child, renamed);
      isSame = false;
      if (made.attributes.guid !== child.attributes.guid)
        renamed.set(normaliseGuid(child.attributes.guid!), made.attributes.guid!);
      return renamed.size === 0 ? made : withParts(made, renamed);
    });
    return isSame ? one : { ...one, attributes, children };
  };
}

function withParts(child: Element, renamed: ReadonlyMap<string, string>): Element {
  const attributes = { ...child.attributes };
  for (const key of TO_PARTS) {
    const now = attributes[key] === undefined ? undefined : renamed.get(normaliseGuid(attributes[key]));
    if (now !== undefined) attributes[key] = now;
  }
  return { ...child, attributes };
}
