import { childrenOf, element, type Element, namedGuid, normaliseGuid, writtenGuid } from '../refi/element.ts';
import type { Outgoing } from './outgoing.ts';

type Stretch = { start: number; end: number };

/** The points of time of a transcript, between which its passages lie. */
export type SyncPoints = {
  /** The points between which a passage (code points) lies now; `was` are those between which it lay in its file. */
  between: (passage: Stretch, was?: Record<string, string>) => { fromSyncPoint: string; toSyncPoint: string };
  /** All of them, with those that were added for passages. */
  written: () => Element[];
};

/**
 * `at` converts code points into positions of the file. In a text that was changed here only codings say where they lie now:
 * a point that no coding begins or ends with keeps its time and loses its place.
 */
export function createSyncPoints(
  out: Outgoing,
  transcript: Element,
  { at, isEdited }: { at: (position: number) => number; isEdited: boolean },
): SyncPoints {
  type Point = { guid: string; time: string | undefined; place: number | undefined };
  const points: Point[] = childrenOf(transcript, 'SyncPoint').map(({ attributes: { guid, timeStamp, position } }) => ({
    guid: writtenGuid(guid ?? ''),
    time: timeStamp,
    place: isEdited || position === undefined ? undefined : Number(position),
  }));

  function point(place: number, was: string | undefined): string {
    const original = points.find(({ guid }) => normaliseGuid(guid) === normaliseGuid(was ?? ''));
    if (original && (original.place ?? place) === place) {
      original.place = place;
      return original.guid;
    }
    // The words of a point that is two now were spoken at its time; of other words the time is not known.
    const time = isEdited ? original?.time : undefined;
    const other = points.find((one) => one.place === place && (time === undefined || one.time === time));
    if (other) return other.guid;
    const guid = writtenGuid(namedGuid(`${original?.guid ?? transcript.attributes.guid} ${place}`));
    points.push({ guid, time, place });
    return guid;
  }

  return {
    between: ({ start, end }, was = {}) => ({
      fromSyncPoint: point(start, was.fromSyncPoint),
      toSyncPoint: point(end, was.toSyncPoint),
    }),
    written() {
      const lost = points.filter(({ place }) => place === undefined).length;
      if (isEdited && lost > 0)
        out.remarks.add(
          'lost',
          'Points of time of transcripts that were changed here keep their time and lose their place, but for those that codings begin or end with.',
          transcript.attributes.guid,
          lost,
        );
      return points.map(({ guid, time, place }) =>
        element('SyncPoint', {
          guid,
          timeStamp: time,
          position: place === undefined ? undefined : String(at(place)),
        }),
      );
    },
  };
}

/** A passage of a text as a stretch of a transcript. */
export function stretchOf(selection: Element, between: { fromSyncPoint: string; toSyncPoint: string }): Element {
  const { startPosition: _, endPosition: __, ...attributes } = selection.attributes;
  return { ...selection, name: 'TranscriptSelection', attributes: { ...attributes, ...between } };
}
