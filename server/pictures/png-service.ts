import path from 'node:path';
import { promisify } from 'node:util';
import { crc32, deflate } from 'node:zlib';
import { renderAsync } from '@resvg/resvg-js';

// Its own letters, so that a picture looks the same wherever the program runs; other scripts come from the machine's fonts.
const FONTS = ['400Regular/NotoSans_400Regular.ttf', '700Bold/NotoSans_700Bold.ttf'].map((file) =>
  path.join(import.meta.dirname, '../../node_modules/@expo-google-fonts/noto-sans', file),
);

// At 2.5 times its size a picture of 960 px prints at 300 dots an inch across 20 cm.
const ZOOM = 2.5;
const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const EIGHT_BITS_OF_RED_GREEN_BLUE_ALPHA = [8, 6, 0, 0, 0];

/**
 * The SVG as a PNG. It is painted and packed on threads beside the one that answers requests; the painter's own way to
 * pack would hold that one up for as long as it takes.
 */
export async function pngOf(svg: string): Promise<Buffer> {
  const image = await renderAsync(svg, {
    fitTo: { mode: 'zoom', value: ZOOM },
    background: '#ffffff',
    font: { fontFiles: FONTS, loadSystemFonts: true, defaultFontFamily: 'Noto Sans' },
  });
  const { width, height, pixels } = image;
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set(EIGHT_BITS_OF_RED_GREEN_BLUE_ALPHA, 8);
  // Each row of a PNG begins with the number of its filter, here none.
  const rows = Buffer.alloc(height * (width * 4 + 1));
  for (let row = 0; row < height; row += 1)
    pixels.copy(rows, row * (width * 4 + 1) + 1, row * width * 4, (row + 1) * width * 4);
  const packed = await promisify(deflate)(rows, { level: 6 });
  return Buffer.concat([SIGNATURE, chunk('IHDR', head), chunk('IDAT', packed), chunk('IEND', Buffer.alloc(0))]);
}

function chunk(type: string, data: Buffer): Buffer {
  const typed = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const framed = Buffer.alloc(typed.length + 8);
  framed.writeUInt32BE(data.length, 0);
  typed.copy(framed, 4);
  framed.writeUInt32BE(crc32(typed), typed.length + 4);
  return framed;
}
