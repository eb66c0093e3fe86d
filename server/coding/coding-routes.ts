import { Router } from 'express';
import type { RouteDependencies } from '../web/route-dependencies.ts';

export function codingRoutes(_dependencies: RouteDependencies): Router {
  return Router();
}
