import { type Response, Router } from 'express';
import { inStudy } from '../database/connection.ts';
import { FieldError, NotFoundError } from '../shared/errors.ts';
import { flash } from '../web/flash.ts';
import { errorSummary, type FieldErrors, readForm } from '../web/forms.ts';
import { actorOf, idParam } from '../web/guards.ts';
import type { RouteDependencies } from '../web/route-dependencies.ts';
import { memberForm } from './member-form.ts';
import {
  findMember,
  listMemberAccounts,
  listMemberAgencies,
  listMembers,
  listOpenInvitations,
} from './member-queries.ts';
import { changeMemberRole, endMembership, restoreMembership } from './member-service.ts';
import { findSecondStepRule } from './study-queries.ts';
import { agencyOptions, membersView, roleOptions } from './member-view.ts';

export function memberRoutes({ db, guard }: RouteDependencies): Router {
  const router = Router();

  router.get('/studies/:study/members', guard.lead, async (_req, res) => {
    const actor = actorOf(res);
    const [members, invitations, requiresSecondStep] = await inStudy(db, actor, async (trx) => [
      await listMembers(trx),
      await listOpenInvitations(trx),
      await findSecondStepRule(trx, actor.studyId),
    ]);
    const people = members.map(({ personId }) => personId);
    const accounts = await listMemberAccounts(db, people);
    const place = { path: `/studies/${actor.studyId}`, timeZone: actor.timeZone, membershipId: actor.membershipId };
    res.render('studies/members', {
      pageTitle: 'Members',
      nav: 'members',
      requiresSecondStep,
      ...membersView(members, accounts, invitations, place),
    });
  });

  router.get('/studies/:study/members/:member/edit', guard.lead, async (req, res) => {
    await renderMember(res, idParam(req, 'member'));
  });

  router.post('/studies/:study/members/:member', guard.lead, async (req, res) => {
    const id = idParam(req, 'member');
    const form = readForm(memberForm, req.body);
    if (!form.ok) return renderMember(res, id, { typed: form.typed, errors: form.errors });
    try {
      await changeMemberRole(db, actorOf(res), id, form.values);
    } catch (error) {
      if (!(error instanceof FieldError)) throw error;
      return renderMember(res, id, { typed: form.values, errors: { [error.field]: error.message } });
    }
    flash(req, 'The role is changed. It counts from their next page on.');
    res.redirect(303, listOf(res, id, form.values.role === 'lead'));
  });

  router.post('/studies/:study/members/:member/removal', guard.lead, async (req, res) => {
    const id = idParam(req, 'member');
    await endMembership(db, actorOf(res), id);
    if (id === actorOf(res).membershipId) {
      flash(req, 'You have left the study.');
      return res.redirect(303, '/');
    }
    const undo = `/studies/${actorOf(res).studyId}/members/${id}/restoration`;
    flash(req, 'Their membership has ended. What they wrote stays in the study.', { action: undo, label: 'Undo' });
    res.redirect(303, listOf(res, id, true));
  });

  router.post('/studies/:study/members/:member/restoration', guard.lead, async (req, res) => {
    const id = idParam(req, 'member');
    await restoreMembership(db, actorOf(res), id);
    flash(req, 'They are a member again.');
    res.redirect(303, listOf(res, id, true));
  });

  return router;

  async function renderMember(
    res: Response,
    id: string,
    refused?: { typed: { role?: unknown; agency?: unknown }; errors: FieldErrors },
  ): Promise<void> {
    const actor = actorOf(res);
    const [member, agencies] = await inStudy(db, actor, async (trx) => [
      await findMember(trx, id),
      await listMemberAgencies(trx),
    ]);
    if (!member || member.endedAt !== null) throw new NotFoundError();
    const chosen = refused?.typed ?? { role: member.role, agency: member.agencyId };
    res.status(refused ? 422 : 200).render('studies/member', {
      pageTitle: member.name,
      nav: 'members',
      back: { href: `/studies/${actor.studyId}/members`, text: 'Members' },
      action: `/studies/${actor.studyId}/members/${id}`,
      isSelf: id === actor.membershipId,
      roles: roleOptions(chosen.role),
      agencies: agencyOptions(agencies, chosen.agency),
      errors: refused?.errors,
      errorSummary: refused && errorSummary(refused.errors),
    });
  }
}

// A lead who has given up their own place as lead cannot open the list any more.
function listOf(res: Response, id: string, stillLead: boolean): string {
  const { studyId, membershipId } = actorOf(res);
  return id === membershipId && !stillLead ? `/studies/${studyId}` : `/studies/${studyId}/members`;
}
