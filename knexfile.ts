import { MIGRATIONS } from './server/database/migrations.ts';

// For the knex command line, which wants a default export. The program itself migrates when it starts.
export default {
  client: 'pg',
  connection: process.env.DATABASE_URL,
  migrations: MIGRATIONS,
};
