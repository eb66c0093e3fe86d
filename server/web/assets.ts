import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';

const ROOT = path.join(import.meta.dirname, '../..');
const SOURCES = path.join(ROOT, 'views/assets');
const BUILT = path.join(ROOT, '.assets');

/** `folder` holds the built files; `version` changes whenever a source does and is part of every address. */
export type Assets = { folder: string; version: string };

/**
 * Bundles views/assets/*.ts and app.scss, once for each state of the sources: a state already built is only looked up.
 * Written beside its place and renamed, so that two starts at once cannot see half a build.
 */
export async function buildAssets(): Promise<Assets> {
  const version = await hashSources();
  const folder = path.join(BUILT, version);
  if (existsSync(folder)) return { folder, version };
  await mkdir(BUILT, { recursive: true });
  const temporary = await mkdtemp(path.join(BUILT, 'building-'));
  try {
    await Promise.all([bundleScripts(temporary), compileStyles(temporary)]);
    await rename(temporary, folder).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
    });
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
  return { folder, version };
}

async function hashSources(): Promise<string> {
  const hash = createHash('sha256');
  const names = (await readdir(SOURCES, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .toSorted();
  for (const name of [...names, path.join(ROOT, 'package-lock.json')]) {
    hash.update(path.relative(ROOT, name)).update(await readFile(name));
  }
  return hash.digest('hex').slice(0, 16);
}

// esbuild and sass are loaded only when there is something to build: they cost half a second and 60 MB.
async function bundleScripts(folder: string): Promise<void> {
  const { build } = await import('esbuild');
  const scripts = (await readdir(SOURCES)).filter((name) => name.endsWith('.ts'));
  await build({
    entryPoints: scripts.map((name) => path.join(SOURCES, name)),
    outdir: folder,
    bundle: true,
    minify: true,
    sourcemap: true,
    format: 'esm',
    target: 'es2022',
    logLevel: 'error',
  });
}

async function compileStyles(folder: string): Promise<void> {
  const { compileAsync } = await import('sass');
  const { css } = await compileAsync(path.join(SOURCES, 'app.scss'), {
    loadPaths: [path.join(ROOT, 'node_modules')],
    style: 'compressed',
    quietDeps: true,
  });
  await writeFile(path.join(folder, 'app.css'), css);
}
