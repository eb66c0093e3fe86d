import { EventEmitter } from 'node:events';
import { describe, expect, test } from '@jest/globals';
import express from 'express';
import request from 'supertest';
import { crowdGate } from '../../server/web/crowd-gate.ts';

describe('crowdGate', () => {
  test.each(['/sign-in', '/Sign-In', '/sign-in/', '/SIGN-IN/?to=%2F'])(
    'refuses one too many · however the router lets the address be written: %s',
    async (address) => {
      const held = new EventEmitter();
      const app = express();
      app.use(crowdGate({ method: 'POST', path: '/sign-in', most: 1, sentence: 'Too many.' }));
      app.post('/sign-in', (_req, res) => {
        held.once('release', () => res.send('let in'));
        held.emit('arrived');
      });
      const server = app.listen(0, '127.0.0.1');
      const arrived = new Promise((resolve) => held.once('arrived', resolve));
      const first = request(server)
        .post('/sign-in')
        .then((answer) => answer.text);
      await arrived;
      // Where it is let in nothing would release it.
      held.once('arrived', () => held.emit('release'));
      const second = await request(server).post(address);
      expect([second.status, second.text]).toEqual([503, 'Too many.\n']);
      held.emit('release');
      expect(await first).toBe('let in');
      await new Promise((resolve) => server.close(resolve));
    },
  );
});
