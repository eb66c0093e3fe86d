import { formatDateTime } from '../shared/dates.ts';
import type { BackupRecord } from './backup-queries.ts';
import { isOverdue } from './schedule.ts';

type Place = { timeZone: string; at: string | undefined; now: Date };

/** What a lead reads: whether there is a good backup, and what became of the last ones. */
export function backupsView(records: readonly BackupRecord[], lastGood: Date | undefined, place: Place) {
  const { timeZone, at, now } = place;
  return {
    lastGood: lastGood && formatDateTime(lastGood, timeZone),
    overdue: isOverdue(now, at, lastGood) && overdueWords(at, lastGood !== undefined),
    schedule:
      at === undefined
        ? 'Backups are made by hand: the program is not set to make them by itself.'
        : `The program makes a backup every day at ${at}, reads it back and checks it.`,
    records: records.map((record) => ({
      when: formatDateTime(record.begunAt, timeZone),
      how: record.scheduled ? 'By itself' : 'By hand',
      made: record.failure === null,
      result:
        record.failure ??
        [
          `${amount(record.rowCount)} records and ${amount(record.fileCount)} files, ${size(record.byteLength)}`,
          record.encrypted ? 'encrypted' : 'not encrypted',
        ].join(', '),
      faulty:
        (record.faultyFiles ?? 0) > 0 &&
        `${amount(record.faultyFiles)} of the files kept with notes are lost or damaged`,
    })),
  };
}

function overdueWords(at: string | undefined, everMade: boolean): string {
  const what = everMade ? 'The last good backup is too old.' : 'No backup has been made yet.';
  const then = at === undefined ? 'ask for a backup every day' : 'ask why it was not made';
  return `${what} Tell whoever runs this service, and ${then}.`;
}

function amount(count: number | null): string {
  return (count ?? 0).toLocaleString('en-GB');
}

function size(bytes: number | null): string {
  const megabytes = (bytes ?? 0) / 1_000_000;
  return megabytes < 0.1 ? 'less than 0.1 MB' : `${megabytes.toLocaleString('en-GB', { maximumFractionDigits: 1 })} MB`;
}
