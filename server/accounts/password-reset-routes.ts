import { Router } from 'express';
import type { RouteDependencies } from '../web/route-dependencies.ts';

export function passwordResetRoutes(_dependencies: RouteDependencies): Router {
  return Router();
}
