import { Router } from 'express';
import type { RouteDependencies } from '../web/route-dependencies.ts';

export function peopleRoutes(_dependencies: RouteDependencies): Router {
  return Router();
}
