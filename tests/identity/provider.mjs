// A real OpenID provider for the tests: npm's oidc-provider in a process of its own, with a door that the tests can pass.
//
// node tests/identity/provider.mjs CALLBACK LOGOUT   prints its issuer on the first line, once it listens. With
// ISSUER CERTIFICATE KEY after them it is that issuer, behind TLS at port 443 of every address of this machine.
//
// Beside the provider's own addresses: POST /tests/people {"sub", "username", "name", "groups"} makes a person,
// POST /tests/rotate takes a new signing key into use, POST /tests/end {"sub"} ends her sessions there, and the next
// sign-in is hers whom POST /tests/next {"sub"} names.

import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { generateKeyPair } from "node:crypto";
import { promisify } from "node:util";
import Provider from "oidc-provider";

const [callback, logout, fixedIssuer, certificate, key] = process.argv.slice(2);
const people = new Map();
let next = "";
let keys = [];
let turns = 0;

async function newKey() {
  const { privateKey } = await promisify(generateKeyPair)("rsa", { modulusLength: 2048 });
  turns += 1;
  return { ...privateKey.export({ format: "jwk" }), kid: `key-${turns}`, use: "sig", alg: "RS256" };
}

function configuration() {
  return {
    jwks: { keys },
    cookies: { keys: ["only for tests"] },
    clients: [
      {
        client_id: "linli",
        client_secret: "only-for-tests",
        redirect_uris: [callback],
        backchannel_logout_uri: logout,
        backchannel_logout_session_required: true,
        grant_types: ["authorization_code"],
        response_types: ["code"],
      },
    ],
    pkce: { required: () => true },
    claims: { openid: ["sub"], profile: ["amr", "name", "preferred_username", "groups"] },
    conformIdTokenClaims: false,
    // Its guard against private addresses would keep its notices from a test on this machine.
    fetch: (url, { dispatcher, ...options }) => globalThis.fetch(url, options),
    features: {
      devInteractions: { enabled: false },
      backchannelLogout: { enabled: true },
      rpInitiatedLogout: { enabled: true },
    },
    interactions: { url: (_context, interaction) => `/tests/door/${interaction.uid}` },
    ttl: { IdToken: 600, AccessToken: 600, AuthorizationCode: 60, Session: 3600, Grant: 3600, Interaction: 600 },
    async findAccount(_context, sub) {
      const person = people.get(sub);
      return (
        person && {
          accountId: sub,
          claims: () => ({
            sub,
            name: person.name,
            preferred_username: person.username,
            groups: person.groups,
          }),
        }
      );
    },
  };
}

let provider;
let issuer;
let handle;

function start() {
  const adapter = provider?.Adapter;
  provider = new Provider(issuer, { ...configuration(), ...(adapter ? { adapter } : {}) });
  handle = provider.callback();
}

async function bodyOf(request) {
  const parts = [];
  for await (const part of request) parts.push(part);
  return JSON.parse(Buffer.concat(parts).toString() || "{}");
}

// The door: whoever is next comes in and agrees to everything.
async function door(request, response) {
  const details = await provider.interactionDetails(request, response);
  const grant = new provider.Grant({ accountId: next, clientId: details.params.client_id });
  grant.addOIDCScope("openid profile");
  const result = { login: { accountId: next, amr: people.get(next)?.amr ?? undefined }, consent: { grantId: await grant.save() } };
  await provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false });
}

async function answer(request, response) {
  try {
    if (request.url.startsWith("/tests/door/")) return await door(request, response);
    if (request.url === "/tests/people") {
      const person = await bodyOf(request);
      people.set(person.sub, person);
    } else if (request.url === "/tests/next") {
      next = (await bodyOf(request)).sub;
    } else if (request.url === "/tests/rotate") {
      keys = [await newKey()];
      start();
    } else {
      return handle(request, response);
    }
    response.writeHead(204).end();
  } catch (error) {
    response.writeHead(500).end(String(error?.stack ?? error));
  }
}

const server = fixedIssuer
  ? createTlsServer({ cert: readFileSync(certificate), key: readFileSync(key) }, answer)
  : createServer(answer);

server.listen(fixedIssuer ? 443 : 0, fixedIssuer ? "::" : "127.0.0.1", async () => {
  issuer = fixedIssuer ?? `http://127.0.0.1:${server.address().port}`;
  keys = [await newKey()];
  start();
  console.log(issuer);
});
