// An OpenID-certified provider on https, loopback: ACCESS tokens as JWT, by the client_credentials flow.
//
//   node provider.mjs PORT KEY.pem CERTIFICATE.pem
//
// A resource is `urn:ALGORITHM:AUDIENCE`: the token is signed by that algorithm and is for that audience. What the
// request says in `claims` goes into it. SIGHUP makes new keys; the old ones are gone.

import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const [port, keyFile, certificateFile] = process.argv.slice(2);
const fromWorkingDirectory = createRequire(`${process.cwd()}/package.json`);
const { Provider } = await import(pathToFileURL(fromWorkingDirectory.resolve('oidc-provider')));

const issuer = `https://localhost:${port}`;
const KINDS = [
  ['RS256', 'rsa', { modulusLength: 2048 }],
  ['PS256', 'rsa', { modulusLength: 2048 }],
  ['ES256', 'ec', { namedCurve: 'P-256' }],
  ['ES384', 'ec', { namedCurve: 'P-384' }],
  ['ES512', 'ec', { namedCurve: 'P-521' }],
  ['EdDSA', 'ed25519', {}],
];
const ALGORITHMS = KINDS.map(([algorithm]) => algorithm);
let generation = 0;

function freshKeys() {
  generation += 1;
  return KINDS.map(([alg, type, options]) => {
    const { privateKey } = generateKeyPairSync(type, options);
    const jwk = createPrivateKey(privateKey.export({ type: 'pkcs8', format: 'pem' })).export({ format: 'jwk' });
    return { ...jwk, alg, use: 'sig', kid: `${alg}-${generation}` };
  });
}

function freshProvider() {
  const provider = new Provider(issuer, {
    jwks: { keys: freshKeys() },
    clients: [{
      client_id: 'workload',
      client_secret: 'a secret for tests',
      grant_types: ['client_credentials'],
      redirect_uris: [],
      response_types: [],
      token_endpoint_auth_method: 'client_secret_post',
    }],
    enabledJWA: { idTokenSigningAlgValues: ALGORITHMS },
    extraParams: ['claims_to_add'],
    async extraTokenClaims(context) {
      const wanted = context.oidc.body?.claims_to_add;
      return wanted ? JSON.parse(wanted) : undefined;
    },
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      resourceIndicators: {
        enabled: true,
        async getResourceServerInfo(context, resource) {
          const [, alg, ...audience] = resource.split(':');
          return {
            scope: 'api',
            audience: audience.join(':'),
            accessTokenFormat: 'jwt',
            accessTokenTTL: 600,
            jwt: { sign: { alg } },
          };
        },
      },
    },
  });
  return provider.callback();
}

let answer = freshProvider();
process.on('SIGHUP', () => {
  answer = freshProvider();
});
createServer(
  { key: readFileSync(keyFile), cert: readFileSync(certificateFile) },
  (request, response) => answer(request, response),
).listen(Number(port), '127.0.0.1');
