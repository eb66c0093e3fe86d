import { type ClientRequest, type IncomingMessage, request } from 'node:http';
import { once } from 'node:events';
import { until } from './until.ts';

export type Heard = { event: string; data: Record<string, unknown> };

/** A page that listens to a stream of server-sent events, with the cookies of whoever opened it. */
export class EventListener {
  readonly heard: Heard[] = [];
  readonly answer: IncomingMessage;
  ended = false;
  private readonly sent: ClientRequest;

  private constructor(sent: ClientRequest, answer: IncomingMessage) {
    this.sent = sent;
    this.answer = answer;
    let text = '';
    answer.setEncoding('utf8').on('data', (chunk: string) => {
      const blocks = (text + chunk).split('\n\n');
      text = blocks.pop() ?? '';
      for (const block of blocks) this.take(block);
    });
    answer.on('close', () => (this.ended = true)).on('error', () => (this.ended = true));
  }

  static async at(url: string, cookie: string): Promise<EventListener> {
    const sent = request(url, { agent: false, headers: { cookie, accept: 'text/event-stream' } }).end();
    const [answer] = (await once(sent, 'response')) as [IncomingMessage];
    return new EventListener(sent, answer);
  }

  /** Waits until something of this name has been heard, and answers all that has. */
  async hears(event: string, times = 1): Promise<Heard[]> {
    await until(() => this.count(event) >= times || this.ended);
    return this.heard.filter((each) => each.event === event);
  }

  count(event: string): number {
    return this.heard.filter((each) => each.event === event).length;
  }

  close(): void {
    this.sent.destroy();
  }

  private take(block: string): void {
    const event = /^event: (.*)$/m.exec(block)?.[1];
    const data = /^data: (.*)$/m.exec(block)?.[1];
    if (event !== undefined && data !== undefined) this.heard.push({ event, data: JSON.parse(data) as Heard['data'] });
  }
}
