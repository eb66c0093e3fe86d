import path from 'node:path';
import { renderAsync } from '@resvg/resvg-js';

// Its own letters, so that a picture looks the same wherever the program runs; other scripts come from the machine's fonts.
const FONTS = ['400Regular/NotoSans_400Regular.ttf', '700Bold/NotoSans_700Bold.ttf'].map((file) =>
  path.join(import.meta.dirname, '../../node_modules/@expo-google-fonts/noto-sans', file),
);

// At 2.5 times its size a picture of 960 px prints at 300 dots an inch across 20 cm.
const ZOOM = 2.5;

/** The SVG as a PNG. It is painted on a thread of its own, while the program goes on answering. */
export async function pngOf(svg: string): Promise<Buffer> {
  const image = await renderAsync(svg, {
    fitTo: { mode: 'zoom', value: ZOOM },
    background: '#ffffff',
    font: { fontFiles: FONTS, loadSystemFonts: true, defaultFontFamily: 'Noto Sans' },
  });
  return image.asPng();
}
