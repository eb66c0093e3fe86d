import { csvFile } from '../shared/csv.ts';
import type { Picture } from '../pictures/picture.ts';
import { pngOf } from '../pictures/png-service.ts';

/** A picture as a file to keep, with the question above the drawing and where it came from below. */
export async function pictureFile(
  picture: Picture,
  format: 'svg' | 'png' | 'csv',
  lettering: { title: string; source: string; notes: string[] },
): Promise<{ type: string; body: string | Buffer }> {
  if (format === 'csv') return { type: 'text/csv; charset=utf-8', body: csvFile(picture.csv) };
  const { svg } = picture.draw({ layout: 'wide', lettering });
  return format === 'svg' ? { type: 'image/svg+xml', body: svg } : { type: 'image/png', body: await pngOf(svg) };
}
