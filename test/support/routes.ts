import type { Express } from 'express';

type Layer = {
  route?: { path: string; methods: Record<string, boolean>; stack: { method?: string }[] };
  handle?: { stack?: Layer[] };
};

/** Every route of the application as "GET /studies/:study", sorted; read off the application itself. */
export function routesOf(app: Express): string[] {
  const found: string[] = [];
  const walk = (layers: Layer[]): void => {
    for (const { route, handle } of layers) {
      if (route) for (const method of Object.keys(route.methods)) found.push(`${method.toUpperCase()} ${route.path}`);
      else if (handle?.stack) walk(handle.stack);
    }
  };
  walk((app as unknown as { router: { stack: Layer[] } }).router.stack);
  return found.toSorted();
}
