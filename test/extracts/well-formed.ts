import { XmlDocument } from 'libxml2-wasm';

/** Throws, with the name of the part, where it is not well-formed XML. */
export function expectWellFormed(name: string, xml: string): void {
  try {
    XmlDocument.fromString(xml).dispose();
  } catch (error) {
    throw new Error(`${name} is not well-formed: ${String(error)}`, { cause: error });
  }
}
