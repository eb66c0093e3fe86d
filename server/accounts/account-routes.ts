import { Router } from 'express';
import type { RouteDependencies } from '../web/route-dependencies.ts';

export function accountRoutes({ guard }: RouteDependencies): Router {
  const router = Router();
  router.get('/account', guard.signedIn, (_req, res) => {
    res.render('accounts/account', { pageTitle: 'Your account' });
  });
  return router;
}
