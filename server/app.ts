import path from 'node:path';
import express, { type Express } from 'express';
import type { Config } from './config.ts';
import type { Database } from './database/connection.ts';
import { acceptanceRoutes } from './accounts/acceptance-routes.ts';
import { accountRoutes } from './accounts/account-routes.ts';
import { authentication, sessionFinder } from './accounts/authentication.ts';
import { linkRoutes } from './accounts/link-routes.ts';
import { invitationRoutes } from './accounts/invitation-routes.ts';
import { passwordResetRoutes } from './accounts/password-reset-routes.ts';
import { passkeyRoutes } from './accounts/passkeys/passkey-routes.ts';
import { passkeySignInRoutes } from './accounts/passkeys/passkey-sign-in-routes.ts';
import { peopleRoutes } from './accounts/people-routes.ts';
import { secondStepRoutes } from './accounts/second-step/second-step-routes.ts';
import { signInStepRoutes } from './accounts/second-step/sign-in-step-routes.ts';
import { sessionRoutes } from './accounts/session-routes.ts';
import { unsentRoutes } from './accounts/unsent-routes.ts';
import { singleSignOnRoutes } from './accounts/single-sign-on/single-sign-on-routes.ts';
import { signInRoutes } from './accounts/sign-in-routes.ts';
import { agencyRoutes } from './agencies/agency-routes.ts';
import { participantRoutes } from './agencies/participants/participant-routes.ts';
import { phaseRoutes } from './agencies/phases/phase-routes.ts';
import { visitRoutes } from './agencies/visits/visit-routes.ts';
import { splitRoutes } from './codebook/steps/split-routes.ts';
import { stepRoutes } from './codebook/steps/step-routes.ts';
import { themeRoutes } from './codebook/theme-routes.ts';
import { refusalRecorder } from './audit/refusal-routes.ts';
import { trailRoutes } from './audit/trail-routes.ts';
import { agreementRoutes } from './agreement/agreement-routes.ts';
import { backupRoutes } from './backup/backup-routes.ts';
import { noteAgreementRoutes } from './agreement/note-agreement-routes.ts';
import { consentRoutes } from './consent/consent-routes.ts';
import { findNamesAnew, keepNameMentions } from './consent/mention-service.ts';
import { carryCodingsForward } from './coding/carry-forward-service.ts';
import { codingRoutes } from './coding/coding-routes.ts';
import { liveRoutes } from './coding/live-routes.ts';
import { stateRoutes } from './coding/state-routes.ts';
import { versionRoutes } from './codebook/versions/version-routes.ts';
import { codingMoves } from './coding/theme-move-service.ts';
import { summaryRoutes } from './consultation/summary-routes.ts';
import { deidentificationRoutes } from './deidentification/deidentification-routes.ts';
import { doubleCodingRoutes } from './double-coding/double-coding-routes.ts';
import { drawRoutes } from './double-coding/draw-routes.ts';
import { disclosureRoutes } from './disclosure/disclosure-routes.ts';
import { projectExportRoutes } from './exchange/export/project-export-routes.ts';
import { importRoutes, importUploadRoutes } from './exchange/import/import-routes.ts';
import { createJobs, type Jobs } from './exchange/jobs.ts';
import { exportRoutes } from './extracts/export-routes.ts';
import { extractRoutes } from './extracts/extract-routes.ts';
import { identityRoutes } from './identities/identity-routes.ts';
import { codebookImportRoutes, codebookImportUploadRoutes } from './imports/codebook/codebook-import-routes.ts';
import { noteImportRoutes, noteImportUploadRoutes } from './imports/note-import-routes.ts';
import { memoRoutes } from './memos/memo-routes.ts';
import type { AfterRevision } from './notes/after-revision.ts';
import { attachmentRoutes, attachmentUploadRoutes } from './notes/attachments/attachment-routes.ts';
import { completionRoutes } from './notes/completion-routes.ts';
import { draftRoutes } from './notes/drafts/draft-routes.ts';
import { identifierRoutes } from './notes/identifiers/identifier-routes.ts';
import { noteRoutes } from './notes/note-routes.ts';
import { editRoutes } from './notes/revisions/edit-routes.ts';
import { revisionRoutes } from './notes/revisions/revision-routes.ts';
import { pictureRoutes } from './pictures/picture-routes.ts';
import { queryPictureRoutes } from './query/query-picture-routes.ts';
import { queryRoutes } from './query/query-routes.ts';
import { savedQueryRoutes } from './query/saved-query-routes.ts';
import { retentionRoutes } from './retention/retention-routes.ts';
import { searchRoutes } from './search/search-routes.ts';
import { homeRoutes } from './studies/home-routes.ts';
import { memberRoutes } from './studies/member-routes.ts';
import { findActor } from './studies/membership-queries.ts';
import { studyRoutes } from './studies/study-routes.ts';
import type { Assets } from './web/assets.ts';
import { parseBodies } from './web/bodies.ts';
import { crowdGate } from './web/crowd-gate.ts';
import { csrf } from './web/csrf.ts';
import { sweepErased } from './withdrawal/erased-files-service.ts';
import { withdrawalRoutes } from './withdrawal/withdrawal-routes.ts';
import { errorHandler, notFound } from './web/error-handler.ts';
import { showFlash } from './web/flash.ts';
import { createTurns } from './web/downloads.ts';
import { createGuards } from './web/guards.ts';
import { useHandlebars } from './web/handlebars.ts';
import { healthRoutes } from './web/health-routes.ts';
import { requestLog, type Log } from './web/log.ts';
import { createMailer } from './web/mail.ts';
import { pageLocals } from './web/page-locals.ts';
import { keepUnsent } from './web/unsent.ts';
import type { RouteDependencies } from './web/route-dependencies.ts';
import { noStore, securityHeaders } from './web/security.ts';
import { sessions } from './web/session.ts';
import { createThreads } from './web/threads.ts';

export type AppDependencies = {
  database: Database;
  config: Config & { sessionSecret: string };
  log: Log;
  assets: Assets;
  /** Given by whoever stops the program, which has to wait for them. */
  jobs?: Jobs;
};

// Fewer than half of the connections to the database (connect() opens ten): the rest is for pages, however slow receivers are.
const DOWNLOADS = { most: 4, each: 2 };

const MANY_SIGN_INS = 'Very many people are signing in at this moment. Wait a few seconds, then go back and try again.';

// First the codings find their words again; then it is known which of them consent withholds.
const afterRevision: AfterRevision = async (trx, actor, change) => {
  await carryCodingsForward(trx, actor, change);
  await keepNameMentions(trx, actor, change);
};

/** What runs long work for an application: in threads of this process. */
export function createAppJobs(database: Database, log: Log): Jobs {
  return createJobs(createThreads(database.reach), (error) => log.error({ err: error }, 'a job failed'));
}

/** The whole application: every middleware in its order and every mount. It does not listen. */
export function createApp({
  database,
  config,
  log,
  assets,
  jobs = createAppJobs(database, log),
}: AppDependencies): Express {
  const { db } = database;
  const guard = createGuards(db, findActor);
  const dependencies: RouteDependencies = { db, config, log, guard, mailer: createMailer(config), downloads: createTurns(DOWNLOADS) };
  const app = express();

  app.disable('x-powered-by');
  // Nothing but the assets may be kept by a browser, so that a digest of every answer would serve nobody.
  app.disable('etag');
  app.set('trust proxy', config.trustProxy);
  useHandlebars(app);

  app.use(requestLog(log));
  app.use(securityHeaders(config));
  app.use(healthRoutes(db));
  app.use(
    `/assets/${assets.version}`,
    express.static(assets.folder, { immutable: true, maxAge: '365d', index: false }),
  );
  app.use(
    '/assets',
    express.static(path.join(import.meta.dirname, '../views/assets/static'), { maxAge: '1d', index: false }),
  );
  app.use(noStore);
  app.use(crowdGate({ method: 'POST', path: '/sign-in', most: 16, sentence: MANY_SIGN_INS }));
  app.use(
    sessions({
      pool: database.sessionPool,
      secret: config.sessionSecret,
      secure: config.secure,
      port: config.port,
      times: config.sessionTimes,
      find: sessionFinder(db),
    }),
  );
  app.use(authentication(db));
  app.use(pageLocals(assets, config.sessionTimes));
  app.use(showFlash);

  // Multipart routes read their own body and check the CSRF token after it: the token is one of the fields.
  app.use(attachmentUploadRoutes(dependencies));
  app.use(importUploadRoutes(dependencies, jobs));
  app.use(noteImportUploadRoutes(dependencies, jobs));
  app.use(codebookImportUploadRoutes(dependencies));

  app.use(parseBodies);
  app.use(keepUnsent);
  app.use(csrf);

  // First what is asked most often, all day long: each mount before it would be looked through in vain.
  app.use(codingRoutes(dependencies));
  app.use(stateRoutes(dependencies));
  app.use(signInRoutes(dependencies));
  app.use(signInStepRoutes(dependencies));
  app.use(singleSignOnRoutes(dependencies));
  app.use(passkeySignInRoutes(dependencies));
  app.use(linkRoutes(dependencies));
  app.use(passwordResetRoutes(dependencies));
  app.use(invitationRoutes(dependencies));
  app.use(acceptanceRoutes(dependencies));
  app.use(accountRoutes(dependencies));
  app.use(secondStepRoutes(dependencies));
  app.use(passkeyRoutes(dependencies));
  app.use(sessionRoutes(dependencies));
  app.use(unsentRoutes(dependencies));
  app.use(peopleRoutes(dependencies));
  // Before the home of /studies/:study, for which "new" is no study.
  app.use(studyRoutes(dependencies));
  app.use(homeRoutes(dependencies));
  app.use(memberRoutes(dependencies));
  app.use(agencyRoutes(dependencies));
  app.use(phaseRoutes(dependencies));
  app.use(participantRoutes(dependencies));
  app.use(identityRoutes(dependencies, findNamesAnew));
  app.use(visitRoutes(dependencies));
  app.use(consentRoutes(dependencies));
  app.use(withdrawalRoutes(dependencies));
  app.use(retentionRoutes(dependencies, (actor) => sweepErased(db, actor, config.uploadsFolder)));
  app.use(noteRoutes(dependencies));
  app.use(completionRoutes(dependencies));
  app.use(draftRoutes(dependencies));
  app.use(identifierRoutes(dependencies));
  // Coding knows about notes, not notes about coding: what a new revision does to codings is handed in here.
  app.use(editRoutes(dependencies, afterRevision));
  app.use(revisionRoutes(dependencies, afterRevision));
  app.use(attachmentRoutes(dependencies));
  app.use(themeRoutes(dependencies));
  // Nor does the codebook know about coding: how codings move from theme to theme is handed in as well.
  app.use(stepRoutes(dependencies, codingMoves));
  app.use(splitRoutes(dependencies, codingMoves));
  app.use(versionRoutes(dependencies));
  app.use(memoRoutes(dependencies));
  app.use(liveRoutes(dependencies, database.announcements));
  app.use(deidentificationRoutes(dependencies, keepNameMentions));
  app.use(doubleCodingRoutes(dependencies));
  app.use(drawRoutes(dependencies));
  app.use(agreementRoutes(dependencies));
  app.use(noteAgreementRoutes(dependencies));
  app.use(extractRoutes(dependencies));
  app.use(exportRoutes(dependencies));
  app.use(disclosureRoutes(dependencies, jobs));
  app.use(projectExportRoutes(dependencies, jobs));
  app.use(importRoutes(dependencies, jobs));
  // After the report of a project's import, for which "report" is no id.
  app.use(noteImportRoutes(dependencies, jobs, afterRevision));
  app.use(codebookImportRoutes(dependencies));
  app.use(pictureRoutes(dependencies));
  app.use(searchRoutes(dependencies));
  // Before the kept queries, for which "new" and "results" are no ids.
  app.use(queryRoutes(dependencies));
  app.use(queryPictureRoutes(dependencies));
  app.use(savedQueryRoutes(dependencies));
  app.use(summaryRoutes(dependencies));
  app.use(backupRoutes(dependencies));
  app.use(trailRoutes(dependencies));

  app.use(notFound);
  app.use(refusalRecorder(db));
  app.use(errorHandler);
  return app;
}
