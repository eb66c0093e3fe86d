import { Router } from 'express';
import type { AfterRevision } from './after-revision.ts';
import type { RouteDependencies } from '../web/route-dependencies.ts';

export function revisionRoutes(_dependencies: RouteDependencies, _afterRevision: AfterRevision): Router {
  return Router();
}
