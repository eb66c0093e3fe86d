import { Router } from 'express';
import type { RouteDependencies } from '../web/route-dependencies.ts';

export function agencyRoutes(_dependencies: RouteDependencies): Router {
  return Router();
}
