import { v7 } from 'uuid';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** A new UUIDv7, lower case. */
export function newId(): string {
  return v7();
}

/** Whether `text` has the shape of a UUID of any version, as PostgreSQL reads it. */
export function isId(text: unknown): text is string {
  return typeof text === 'string' && UUID.test(text);
}
