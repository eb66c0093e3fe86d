import { type Request, type Response, Router } from 'express';
import { type Actor, inStudy } from '../database/connection.ts';
import { FieldError } from '../shared/errors.ts';
import { newId } from '../shared/ids.ts';
import { flash } from '../web/flash.ts';
import { readForm, type Refused, refusedBy } from '../web/forms.ts';
import { actorOf, idParam, placeOf } from '../web/guards.ts';
import type { RouteDependencies } from '../web/route-dependencies.ts';
import { confirmationForm, disposalForm, reviewForm } from './retention-form.ts';
import { DISPOSABLE } from './retention.ts';
import { countDisposable, findCountedFrom, listDisposals, listReviews } from './retention-queries.ts';
import { cancelDisposal, confirmDisposal, moveReview, openDisposal, requestDisposal } from './retention-service.ts';
import { openedDisposalView, retentionView } from './retention-view.ts';

/** How long each class of data is kept, and disposing of it. `sweep` removes from the disk what went from the tables. */
export function retentionRoutes({ db, guard }: RouteDependencies, sweep: (actor: Actor) => Promise<void>): Router {
  const router = Router();

  router.get('/studies/:study/retention', guard.lead, (_req, res) => renderRetention(res));

  router.post('/studies/:study/retention/reviews', guard.lead, async (req, res) => {
    const form = readForm(reviewForm, req.body);
    if (!form.ok) return renderRetention(res, { review: form });
    await moveReview(db, actorOf(res), form.values);
    flash(req, 'The review date is moved.');
    res.redirect(303, `${placeOf(res).path}/retention`);
  });

  router.post('/studies/:study/disposals', guard.lead, async (req, res) => {
    const form = readForm(disposalForm, req.body);
    if (!form.ok) return renderRetention(res, { disposal: form });
    try {
      await requestDisposal(db, actorOf(res), form.values);
    } catch (error) {
      if (!(error instanceof FieldError)) throw error;
      return renderRetention(res, { disposal: refusedBy(error, req.body) });
    }
    flash(req, 'The request is kept. Ask a colleague to read and confirm it; until then nothing goes.');
    res.redirect(303, `${placeOf(res).path}/disposals/${form.values.id}`);
  });

  router.get('/studies/:study/disposals/:disposal', guard.team, (req, res) => renderDisposal(req, res));

  router.post('/studies/:study/disposals/:disposal/cancellation', guard.team, async (req, res) => {
    const id = idParam(req, 'disposal');
    await cancelDisposal(db, actorOf(res), id);
    flash(req, 'The request is cancelled. Nothing was disposed of.');
    res.redirect(303, `${placeOf(res).path}/disposals/${id}`);
  });

  router.post('/studies/:study/disposals/:disposal/confirmation', guard.team, async (req, res) => {
    const id = idParam(req, 'disposal');
    const form = readForm(confirmationForm, req.body);
    if (!form.ok) return renderDisposal(req, res, form);
    await confirmDisposal(db, actorOf(res), id, form.values.digest);
    await sweep(actorOf(res));
    flash(req, 'It is disposed of.');
    res.redirect(303, `${placeOf(res).path}/disposals/${id}`);
  });

  async function renderRetention(res: Response, refused: { review?: Refused; disposal?: Refused } = {}) {
    const found = await inStudy(db, actorOf(res), async (trx) => ({
      reviews: await listReviews(trx),
      from: (await findCountedFrom(trx)).day,
      counts: await countDisposable(trx, DISPOSABLE),
      disposals: await listDisposals(trx),
    }));
    const form = refused.review ?? refused.disposal;
    const values = form?.typed ?? {};
    res.status(form ? 422 : 200).render('retention/retention', {
      pageTitle: 'Retention',
      nav: 'members',
      page: retentionView(found, values, placeOf(res)),
      reviewId: newId(),
      disposalId: newId(),
      review: refused.review && { values, errors: refused.review.errors },
      disposal: refused.disposal && { values, errors: refused.disposal.errors },
      errorSummary: form?.errorSummary.map(({ href, text }) => ({
        href:
          refused.disposal && href === '#reason'
            ? '#disposal-reason'
            : href === '#class' && refused.review
              ? '#review-class'
              : href,
        text,
      })),
    });
  }

  async function renderDisposal(req: Request, res: Response, refused?: Refused): Promise<void> {
    const found = await openDisposal(db, actorOf(res), idParam(req, 'disposal'));
    const isLead = actorOf(res).role === 'lead';
    res.status(refused ? 422 : 200).render('retention/disposal', {
      pageTitle: 'Disposal',
      nav: 'members',
      back: isLead ? { href: `${placeOf(res).path}/retention`, text: 'Retention' } : undefined,
      disposal: openedDisposalView(found, placeOf(res)),
      isOwn: found.disposal.requestedById === actorOf(res).membershipId,
      errors: refused?.errors,
      errorSummary: refused?.errorSummary,
    });
  }

  return router;
}
