// Sends each step with @alicloud/openapi-core and the clients made for it (ACS3); the protocol is in ../README.md.
'use strict';

const assert = require('node:assert');
const { createInterface } = require('node:readline');
const { default: OpenApi, $OpenApiUtil } = require('@alicloud/openapi-core');
const { RuntimeOptions, cast } = require('@darabonba/typescript');

const { ENDPOINT, ACCESS_KEY_ID, ACCESS_KEY_SECRET } = process.env;

// As the product's own client would, for which no package is installed.
async function general(client, { version, operation, path, parameters }) {
  const params = new $OpenApiUtil.Params({
    action: operation,
    version,
    protocol: 'HTTPS', // as generated; the client's own setting wins
    pathname: path,
    method: 'POST',
    authType: 'AK',
    style: 'ROA',
    reqBodyType: 'json',
    bodyType: 'json',
  });
  const request = new $OpenApiUtil.OpenApiRequest({ body: parameters });
  const { body } = await client.callApi(params, request, new RuntimeOptions({}));
  return body;
}

async function answer(step) {
  const { product, version, operation, parameters, secret = ACCESS_KEY_SECRET } = step;
  const config = new $OpenApiUtil.Config({
    accessKeyId: ACCESS_KEY_ID,
    accessKeySecret: secret,
    endpoint: ENDPOINT, // bare host and port: a scheme in here would end up in the signed Host header
    protocol: 'http',
    regionId: 'cn-hangzhou',
  });
  if (step.path !== undefined) return general(new OpenApi(config), step);
  const library = require(`@alicloud/${product}${version.replaceAll('-', '')}`);
  const client = new library.default(config);
  const send = operation[0].toLowerCase() + operation.slice(1);
  // An operation without parameters has no model of its request.
  const Request = library[`${operation}Request`];
  const requests = Request ? [cast(parameters, new Request({}))] : [];
  // A model says nothing of the parameters that it does not know.
  assert.deepStrictEqual(requests.map((request) => request.toMap()), Request ? [parameters] : []);
  const { body } = await client[send](...requests);
  return body.toMap();
}

async function outcome(step) {
  try {
    return { answer: await answer(step) };
  } catch (e) {
    // A bug in this driver is not the client's doing.
    if ([TypeError, ReferenceError, assert.AssertionError].some((bug) => e instanceof bug)) throw e;
    const error = {
      type: e.name,
      code: e.code,
      message: e.message,
      status: e.statusCode,
      request_id: e.requestId,
    };
    return { error };
  }
}

async function main() {
  for await (const line of createInterface({ input: process.stdin })) {
    console.log(JSON.stringify(await outcome(JSON.parse(line))));
  }
}

main();
