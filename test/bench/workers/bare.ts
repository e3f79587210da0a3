/** What signups are compared with: a bare Hono Worker that inserts one row for each request. */
import { Hono } from 'hono';

const app = new Hono<{ Bindings: { DB: D1Database } }>();

app.post('/signup', async (c) => {
  const { email, first_name } = await c.req.parseBody();
  await c.env.DB.prepare('INSERT INTO bare (email, first_name, created_at) VALUES (?, ?, ?)')
    .bind(email, first_name, Date.now())
    .run();
  return c.json({ status: 'check-inbox' }, 202);
});

export default app satisfies ExportedHandler<{ DB: D1Database }>;
