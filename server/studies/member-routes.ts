import { Router } from 'express';
import type { RouteDependencies } from '../web/route-dependencies.ts';

export function memberRoutes(_dependencies: RouteDependencies): Router {
  return Router();
}
