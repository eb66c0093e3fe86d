import { type Request, type Response, Router } from 'express';
import { inStudy } from '../database/connection.ts';
import { listChoices } from '../extracts/extract-queries.ts';
import { listAgencies } from '../pictures/scope-queries.ts';
import { formatDate, toLocalDate } from '../shared/dates.ts';
import { NotFoundError } from '../shared/errors.ts';
import { readForm } from '../web/forms.ts';
import { actorOf, pathOf } from '../web/guards.ts';
import type { RouteDependencies } from '../web/route-dependencies.ts';
import { queryPictureFileForm, themeQueryForm } from './query-form.ts';
import { pictureFile } from './query-picture-service.ts';
import { queryPicture, queryPicturePage } from './query-picture-view.ts';
import { countByPlace } from './query-queries.ts';
import { unknownFilters } from './query-routes.ts';
import { filtersInWords } from './query-view.ts';
import { listMerges, listThemeNames } from './saved-query-queries.ts';
import { afterMerges, inWords, queryHref } from './theme-query.ts';

/** What a question finds, by agency and phase: as a picture with its numbers, and as files. */
export function queryPictureRoutes({ db, guard }: RouteDependencies): Router {
  const router = Router();

  router.get('/studies/:study/queries/results/picture', guard.team, async (req, res) => {
    const drawn = await draw(req, res);
    if (!drawn) return res.redirect(303, unread(req, res));
    const { query, question, filters, picture } = drawn;
    res.render('query/picture', {
      pageTitle: 'Passages by agency and phase',
      nav: 'analysis',
      back: { href: queryHref(`${pathOf(res)}/queries/results`, query), text: 'Passages found' },
      question,
      filters,
      ...queryPicturePage(picture, query, pathOf(res)),
    });
  });

  router.get('/studies/:study/queries/results/picture/file', guard.team, async (req, res) => {
    const form = readForm(queryPictureFileForm, { format: 'svg', ...req.query });
    if (!form.ok) throw new NotFoundError();
    const drawn = await draw(req, res);
    if (!drawn) return res.redirect(303, unread(req, res));
    const { question, filters, picture } = drawn;
    const { format } = form.values;
    const { studyName, timeZone } = actorOf(res);
    const now = new Date();
    res.attachment(`passages-by-agency-and-phase-${toLocalDate(now, timeZone)}.${format}`);
    const source = [studyName, ...filters, formatDate(now, timeZone)].join(' · ');
    const { type, body } = await pictureFile(picture, format, {
      title: question,
      source,
      notes: picture.foot,
    });
    res.type(type).send(body);
  });

  // Nothing for a question that cannot be read, or that names what this study does not have.
  async function draw(req: Request, res: Response) {
    const form = readForm(themeQueryForm, req.query);
    if (!form.ok) return undefined;
    const { timeZone } = actorOf(res);
    return inStudy(
      db,
      actorOf(res),
      async (trx) => {
        const choices = await listChoices(trx);
        const query = afterMerges(form.values, await listMerges(trx, form.values));
        if (Object.keys(unknownFilters(query, choices)).length > 0) return undefined;
        const names = new Map(
          (await listThemeNames(trx, [...query.a, ...query.b, ...query.not])).map(({ id, name }) => [id, name]),
        );
        const data = {
          query,
          agencies: await listAgencies(trx),
          phases: choices.phases,
          counts: await countByPlace(trx, { query, choices, timeZone }),
        };
        return {
          query,
          question: inWords(query, (id) => names.get(id) ?? 'a theme that is gone'),
          filters: filtersInWords(query, choices),
          picture: queryPicture(data, pathOf(res)),
        };
      },
      { snapshot: true },
    );
  }

  return router;
}

// The page of results says what is wrong with a question.
function unread(req: Request, res: Response): string {
  const [, asked = ''] = req.originalUrl.split('?');
  return `${pathOf(res)}/queries/results?${asked}`;
}
