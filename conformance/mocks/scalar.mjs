// Scalar's mock server with a description: node scalar.mjs openapi.json PORT
import { readFileSync } from "node:fs";
import { serve } from "@hono/node-server";
import { createMockServer } from "@scalar/mock-server";

const [file, port] = process.argv.slice(2);
const specification = JSON.parse(readFileSync(file, "utf8"));
const { fetch } = await createMockServer({ specification });
serve({ fetch, port: Number(port), hostname: "127.0.0.1" });
