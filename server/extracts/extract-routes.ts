import { Router } from 'express';
import type { RouteDependencies } from '../web/route-dependencies.ts';

export function extractRoutes(_dependencies: RouteDependencies): Router {
  return Router();
}
