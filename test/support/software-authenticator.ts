import { createHash, createSign, generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto';
import { isoCBOR } from '@simplewebauthn/server/helpers';

type Options = { challenge: string; rpId?: string; rp?: { id?: string }; user?: { id: string } };

/** What an answer differs in from that of an honest device. */
export type Oddity = {
  origin?: string;
  rpId?: string;
  challenge?: string;
  userHandle?: string;
  isVerified?: boolean;
  key?: KeyObject;
};

const UP = 0x01;
const UV = 0x04;
const AT = 0x40;

const sha256 = (data: string | Buffer): Buffer => createHash('sha256').update(data).digest();

/** A device that makes one passkey and signs with it; `counter` is what it says of its uses, 0 for always. */
export class SoftwareAuthenticator {
  readonly keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  readonly credentialId: Buffer;
  readonly origin: string;
  counter = 0;
  userHandle = '';

  constructor(origin: string, { idLength = 32 } = {}) {
    this.origin = origin;
    this.credentialId = randomBytes(idLength);
  }

  /** The answer to options for a new passkey, as the browser code sends it. */
  make(options: Options, odd: Oddity = {}): string {
    this.userHandle = options.user?.id ?? '';
    const { x, y } = this.keys.publicKey.export({ format: 'jwk' });
    const cose = new Map<number, number | Uint8Array>([
      [1, 2],
      [3, -7],
      [-1, 1],
      [-2, new Uint8Array(Buffer.from(x!, 'base64url'))],
      [-3, new Uint8Array(Buffer.from(y!, 'base64url'))],
    ]);
    const length = Buffer.alloc(2);
    length.writeUInt16BE(this.credentialId.length);
    const attested = [Buffer.alloc(16), length, this.credentialId, Buffer.from(isoCBOR.encode(cose))];
    const authData = Buffer.concat([this.data(odd.rpId ?? options.rp?.id ?? '', AT, odd), ...attested]);
    const attestation = new Map<string, unknown>([
      ['fmt', 'none'],
      ['attStmt', new Map()],
      ['authData', new Uint8Array(authData)],
    ]);
    return this.answer({
      clientDataJSON: this.clientData('webauthn.create', options, odd).toString('base64url'),
      attestationObject: Buffer.from(isoCBOR.encode(attestation as never)).toString('base64url'),
      transports: ['internal'],
    });
  }

  /** The answer to options for signing in. */
  sign(options: Options, odd: Oddity = {}): string {
    if (this.counter > 0) this.counter += 1;
    const client = this.clientData('webauthn.get', options, odd);
    const authData = this.data(odd.rpId ?? options.rpId ?? '', 0, odd);
    const signed = Buffer.concat([authData, sha256(client)]);
    return this.answer({
      clientDataJSON: client.toString('base64url'),
      authenticatorData: authData.toString('base64url'),
      signature: createSign('SHA256')
        .update(signed)
        .sign(odd.key ?? this.keys.privateKey, 'base64url'),
      userHandle: odd.userHandle ?? this.userHandle,
    });
  }

  private data(rpId: string, extra: number, { isVerified = true }: Oddity): Buffer {
    const counter = Buffer.alloc(4);
    counter.writeUInt32BE(this.counter);
    return Buffer.concat([sha256(rpId), Buffer.from([UP | extra | (isVerified ? UV : 0)]), counter]);
  }

  private clientData(type: string, options: Options, odd: Oddity): Buffer {
    const challenge = odd.challenge ?? options.challenge;
    return Buffer.from(JSON.stringify({ type, challenge, origin: odd.origin ?? this.origin, crossOrigin: false }));
  }

  private answer(response: object): string {
    const id = this.credentialId.toString('base64url');
    return JSON.stringify({ id, rawId: id, type: 'public-key', response, clientExtensionResults: {} });
  }
}
