import { type Request, type Response, Router } from 'express';
import { inStudy } from '../database/connection.ts';
import { findCodedNote } from '../coding/coding-queries.ts';
import { AppError, FieldError, NotFoundError } from '../shared/errors.ts';
import { flash } from '../web/flash.ts';
import { readForm, type Refused, refusedBy } from '../web/forms.ts';
import { actorOf, idParam, pathOf } from '../web/guards.ts';
import type { RouteDependencies } from '../web/route-dependencies.ts';
import { consentForm, markForm } from './consent-form.ts';
import {
  findStandingConsent,
  listConsentChanges,
  listMentionable,
  listMentioningNotes,
  listVisitConsents,
} from './consent-queries.ts';
import { recordConsent } from './consent-service.ts';
import { consentView, paragraphPeopleView } from './consent-view.ts';
import { findParagraph } from './mention-queries.ts';
import { markParagraph } from './mention-service.ts';

/** What people allowed, when and how; and which paragraphs are about whom. */
export function consentRoutes({ db, guard }: RouteDependencies): Router {
  const router = Router();

  router.get('/studies/:study/participants/:participant/consent', guard.team, async (req, res) => {
    await renderConsent(res, idParam(req, 'participant'), {
      values: { visit: typeof req.query.visit === 'string' ? req.query.visit : '' },
    });
  });

  router.post('/studies/:study/participants/:participant/consent', guard.team, async (req, res) => {
    const id = idParam(req, 'participant');
    const form = readForm(consentForm, req.body);
    if (!form.ok) return renderConsent(res, id, { refused: form });
    try {
      await recordConsent(db, actorOf(res), id, form.values);
    } catch (error) {
      if (!(error instanceof FieldError)) throw error;
      return renderConsent(res, id, { refused: refusedBy(error, req.body) });
    }
    flash(req, 'Consent is recorded.');
    res.redirect(303, `${pathOf(res)}/participants/${id}/consent`);
  });

  router.get('/studies/:study/notes/:note/paragraphs/:number/people', guard.team, async (req, res) => {
    const noteId = idParam(req, 'note');
    const found = await inStudy(db, actorOf(res), async (trx) => {
      const note = await findCodedNote(trx, noteId);
      const paragraph = note && (await findParagraph(trx, noteId, numberOf(req)));
      if (!note || !paragraph) throw new NotFoundError();
      return { note, paragraph, people: await listMentionable(trx, noteId) };
    });
    const back = `${pathOf(res)}/notes/${noteId}`;
    res.render('consent/paragraph-people', {
      pageTitle: `Whom paragraph ${found.paragraph.number} is about`,
      nav: 'notes',
      back: { href: `${back}#p${found.paragraph.number}`, text: found.note.title ?? 'The note' },
      action: `${back}/paragraphs/${found.paragraph.number}/people`,
      paragraph: paragraphPeopleView(found.paragraph, found.people),
    });
  });

  router.post('/studies/:study/notes/:note/paragraphs/:number/people', guard.team, async (req, res) => {
    const noteId = idParam(req, 'note');
    const paragraph = numberOf(req);
    // What is wrong with the form is told only about a note that this person may see.
    const exists = await inStudy(db, actorOf(res), (trx) => findParagraph(trx, noteId, paragraph));
    if (!exists) throw new NotFoundError();
    const form = readForm(markForm, req.body);
    if (!form.ok) throw new AppError(422, `${form.errorSummary[0]?.text}.`);
    const { start, participant, about } = form.values;
    const said = { yes: true, no: false, unsaid: null }[about];
    await markParagraph(db, actorOf(res), noteId, { paragraph, start, participantId: participant, about: said });
    flash(req, 'It is noted, and what may be coded follows from it.');
    res.redirect(303, `${pathOf(res)}/notes/${noteId}/paragraphs/${paragraph}/people`);
  });

  async function renderConsent(
    res: Response,
    id: string,
    page: { values?: Record<string, unknown>; refused?: Refused },
  ): Promise<void> {
    const actor = actorOf(res);
    const found = await inStudy(db, actor, async (trx) => {
      const standing = await findStandingConsent(trx, id);
      if (!standing) throw new NotFoundError();
      const visits = await listVisitConsents(trx, id);
      const history = await listConsentChanges(trx, id);
      return { standing, visits, history, notes: await listMentioningNotes(trx, id) };
    });
    const values = { version: found.standing.version, ...(page.refused?.typed ?? page.values) };
    const place = { path: pathOf(res), timeZone: actor.timeZone };
    res.status(page.refused ? 422 : 200).render('consent/consent', {
      pageTitle: `Consent: ${found.standing.pseudonym}`,
      nav: 'agencies',
      back: { href: `${place.path}/agencies/${found.standing.agencyId}`, text: found.standing.agencyName },
      consent: consentView(found.standing, { ...found, values }, place),
      errors: page.refused?.errors,
      errorSummary: page.refused?.errorSummary,
    });
  }

  return router;
}

function numberOf(req: Request): number {
  const number = Number(req.params.number);
  if (!Number.isSafeInteger(number) || number < 1 || number > 2_147_483_647) throw new NotFoundError();
  return number;
}
