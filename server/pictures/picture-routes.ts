import { type Request, Router } from 'express';
import { inStudy } from '../database/connection.ts';
import { EVERYTHING, filterFields, unknownChoices } from '../extracts/extract-filter.ts';
import { toLocalDate } from '../shared/dates.ts';
import { withheldWords } from '../notes/withheld.ts';
import { countWithheld } from '../notes/withheld-queries.ts';
import { AppError, NotFoundError } from '../shared/errors.ts';
import { errorSummary, type FieldErrors, readForm } from '../web/forms.ts';
import { actorOf, idParam, placeOf } from '../web/guards.ts';
import type { RouteDependencies } from '../web/route-dependencies.ts';
import { analysisCards } from './analysis-view.ts';
import { pairsView } from './pair-view.ts';
import { csvFile } from '../shared/csv.ts';
import { pairPageForm, pictureFileForm, pictureForm } from './picture-form.ts';
import { pictureOf } from './picture-kinds.ts';
import { findPicture, listPictureChoices } from './picture-queries.ts';
import { pictureFormView, pictureLinks, picturePageView, pictureView, sourceLine } from './picture-view.ts';
import { pngOf } from './png-service.ts';
import { countPairs, listPairs } from './together-queries.ts';

const PAGE = 25;

export function pictureRoutes({ db, guard }: RouteDependencies): Router {
  const router = Router();

  router.get('/studies/:study/analysis', guard.team, (_req, res) => {
    const { path } = placeOf(res);
    res.render('pictures/analysis', {
      pageTitle: 'Analysis',
      nav: 'analysis',
      pictures: pictureLinks(path),
      cards: analysisCards(path),
    });
  });

  router.get('/studies/:study/pictures', guard.team, (_req, res) => {
    res.render('pictures/pictures', {
      pageTitle: 'Pictures',
      nav: 'analysis',
      back: { href: `${placeOf(res).path}/analysis`, text: 'Analysis' },
      pictures: pictureLinks(placeOf(res).path),
    });
  });

  router.get('/studies/:study/pictures/:picture', guard.team, async (req, res) => {
    const { kind, title, reading } = askedPicture(req);
    const place = placeOf(res);
    const page = {
      pageTitle: title,
      nav: 'analysis',
      back: { href: `${place.path}/pictures`, text: 'Pictures' },
      reading,
      action: `${place.path}/pictures/${kind}`,
    };
    const form = readForm(pictureForm, req.query);
    const found = await inStudy(
      db,
      actorOf(res),
      async (trx) => {
        const choices = await listPictureChoices(trx);
        const errors: FieldErrors = form.ok
          ? unknownChoices({ ...EVERYTHING, ...scopeOf(form.values) }, choices)
          : form.errors;
        if (!form.ok || Object.keys(errors).length > 0) return { choices, errors };
        const withWords = form.values.measure === 'rate';
        const data = await findPicture(trx, kind, form.values, { timeZone: place.timeZone, withWords });
        return { data, withheld: await countWithheld(trx) };
      },
      { snapshot: true },
    );
    if (found.data === undefined)
      return res.status(422).render('pictures/picture', {
        ...page,
        form: pictureFormView(kind, req.query, found.choices),
        errors: found.errors,
        errorSummary: errorSummary(found.errors),
      });
    res.render('pictures/picture', {
      ...page,
      withheld: withheldWords(found.withheld),
      ...picturePageView(kind, found.data, pictureView(found.data, place), place),
    });
  });

  router.get('/studies/:study/pictures/:picture/file', guard.team, async (req, res) => {
    const { kind, title } = askedPicture(req);
    const form = readForm(pictureFileForm, { format: 'svg', ...req.query });
    if (!form.ok) throw new AppError(422, `${form.errorSummary[0]?.text}. Go back to the picture and choose again.`);
    const { format, ...request } = form.values;
    const place = placeOf(res);
    const data = await inStudy(
      db,
      actorOf(res),
      (trx) => findPicture(trx, kind, request, { timeZone: place.timeZone, withWords: true }),
      { snapshot: true },
    );
    const picture = pictureView(data, place);
    const now = new Date();
    res.attachment(`${kind}-${toLocalDate(now, place.timeZone)}.${format}`);
    if (format === 'csv') return res.type('text/csv; charset=utf-8').send(csvFile(picture.csv));
    const source = sourceLine(data, { studyName: actorOf(res).studyName, timeZone: place.timeZone, now });
    const { svg } = picture.draw({ layout: 'wide', lettering: { title, source, notes: picture.foot } });
    if (format === 'svg') return res.type('image/svg+xml').send(svg);
    res.type('image/png').send(await pngOf(svg));
  });

  router.get('/studies/:study/pictures/themes-together/:theme/:other', guard.team, async (req, res) => {
    const ids: [string, string] = [idParam(req, 'theme'), idParam(req, 'other')];
    const form = readForm(pairPageForm, req.query);
    if (!form.ok) throw new NotFoundError();
    const { within, after } = form.values;
    const scope = scopeOf(form.values);
    const place = placeOf(res);
    const found = await inStudy(
      db,
      actorOf(res),
      async (trx) => {
        const { themes } = await listPictureChoices(trx);
        const names = ids.map((id) => themes.find((theme) => theme.id === id)?.name);
        const [one, other] = names;
        if (one === undefined || other === undefined || ids[0] === ids[1]) throw new NotFoundError();
        const wanted = { themes: ids, within };
        const count = await countPairs(trx, scope, wanted);
        const pairs = await listPairs(trx, scope, { ...wanted, after, limit: PAGE + 1 });
        return { themes: [one, other] as [string, string], count, pairs };
      },
      { snapshot: true },
    );
    const pairs = found.pairs.slice(0, PAGE);
    const last = pairs.at(-1);
    const fields = [...filterFields({ ...EVERYTHING, ...scope }), ['within', within] as [string, string]];
    const here = (more: [string, string][] = []) =>
      `${place.path}/pictures/themes-together/${ids.join('/')}?${new URLSearchParams([...fields, ...more])}`;
    const view = pairsView({ ...found, pairs, inNote: within === 'note' }, place);
    res.render('pictures/pairs', {
      pageTitle: view.heading,
      nav: 'analysis',
      back: {
        href: `${place.path}/pictures/themes-together?${new URLSearchParams(fields)}`,
        text: 'Themes that occur together',
      },
      ...view,
      newer: after === undefined ? undefined : here(),
      older: found.pairs.length > PAGE && last ? here([['after', `${last.one.id}.${last.other.id}`]]) : undefined,
    });
  });

  return router;
}

function askedPicture(req: Request) {
  const picture = pictureOf(req.params.picture);
  if (!picture) throw new NotFoundError();
  return picture;
}

function scopeOf({ agency, phase, coder }: { agency: string[]; phase: string[]; coder: string[] }) {
  return { agency, phase, coder };
}
