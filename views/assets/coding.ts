import { startCoding } from './coding/workspace.ts';

const reading = document.getElementById('reading');
if (reading) startCoding(reading);
