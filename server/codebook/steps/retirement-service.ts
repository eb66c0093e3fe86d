import { recordEvent } from '../../audit/event-service.ts';
import { type Actor, type Db, inStudy } from '../../database/connection.ts';
import { findCodebookForUpdate, updateThemeRetired } from '../theme-queries.ts';
import { presentTheme } from '../theme-service.ts';
import { recordStep } from './step-service.ts';

/** Keeps a theme with its codings but offers it no longer; or, with `retired` false, offers it again. Twice is once. */
export function retireTheme(db: Db, actor: Actor, id: string, retired: boolean): Promise<{ name: string }> {
  return inStudy(db, actor, async (trx) => {
    const before = await findCodebookForUpdate(trx, actor.studyId);
    const theme = await presentTheme(trx, before.present, id);
    if ((theme.retiredAt !== null) === retired) return theme;
    await updateThemeRetired(trx, id, retired ? actor.membershipId : null);
    const kind = retired ? 'retired' : 'unretired';
    await recordEvent(trx, actor, { kind: `theme.${kind}`, subjectId: id });
    await recordStep(trx, actor, before, { kind, subjectId: id });
    return theme;
  });
}
