import { Router } from 'express';
import type { RouteDependencies } from '../web/route-dependencies.ts';

export function attachmentRoutes(_dependencies: RouteDependencies): Router {
  return Router();
}

export function attachmentUploadRoutes(_dependencies: RouteDependencies): Router {
  return Router();
}
