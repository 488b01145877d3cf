// A contact by BullMQ: one INSERT, one job. Two processes, as the service has; node's own server, which is its fastest.
import cluster from "node:cluster";
import { randomUUID } from "node:crypto";
import http from "node:http";
import { Queue } from "bullmq";
import { Redis } from "ioredis";
import pg from "pg";

const CHANNELS = new Set(["chat", "email", "voice", "sms", "messaging", "social", "community", "product"]);
const INSERT = "INSERT INTO yardstick VALUES ($1, $2, $3, $4, $5, $6, $7, 'queued', $8)";

function database() {
  const url = new URL(process.env.DATABASE_URL.replace("+asyncpg", "").replace("@/", "@localhost/"));
  return { host: url.searchParams.get("host"), port: 5432, user: url.username, database: url.pathname.slice(1), max: 10 };
}

async function take(pool, queue, text) {
  const contact = JSON.parse(text);
  if (!CHANNELS.has(contact.channel) || typeof contact.text !== "string" || contact.text.length > 50000) return null;
  const id = `con_${randomUUID().replaceAll("-", "")}`;
  const now = new Date();
  const row = [id, contact.channel, contact.topic, contact.text, contact.priority ?? 0];
  await pool.query({ name: "take", text: INSERT, values: [...row, contact.customer ?? {}, contact.context ?? {}, now] });
  await queue.add("contact", { id, topic: contact.topic }, { priority: contact.priority ?? 0 });
  return { id, state: "queued", queue: contact.topic ?? "chat", accepted_at: now };
}

function answer(response, status, body) {
  const text = JSON.stringify(body);
  response.writeHead(status, { "content-type": "application/json", "content-length": Buffer.byteLength(text) });
  response.end(text);
}

function serve() {
  const path = decodeURIComponent(process.env.REDIS_URL.slice("unix://".length).split("?")[0]);
  const pool = new pg.Pool(database());
  const queue = new Queue("contacts", { connection: new Redis({ path, maxRetriesPerRequest: null }) });
  const server = http.createServer(async (request, response) => {
    if (request.method === "GET") return answer(response, 200, {});
    let text = "";
    for await (const part of request) text += part;
    const taken = await take(pool, queue, text).catch((error) => ({ error: String(error) }));
    return answer(response, taken?.id ? 201 : 422, taken ?? {});
  });
  server.keepAliveTimeout = 60_000;
  server.listen(Number(process.env.PORT), "127.0.0.1");
}

if (cluster.isPrimary) for (let worker = 0; worker < Number(process.env.WORKERS); worker++) cluster.fork();
else serve();
