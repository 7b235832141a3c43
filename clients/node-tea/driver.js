// One story told by @alicloud/openapi-core and the clients made for it (ACS3); the protocol is in ../README.md.
'use strict';

const { $OpenApiUtil } = require('@alicloud/openapi-core');
const Vpc = require('@alicloud/vpc20160428');
const Bss = require('@alicloud/bssopenapi20171214');
const Sts = require('@alicloud/sts20150401');

const { ENDPOINT, ACCESS_KEY_ID, ACCESS_KEY_SECRET, STORY, CIRCUIT, TOKEN } = process.env;
const REGION = 'cn-hangzhou';

function config(secret = ACCESS_KEY_SECRET) {
  return new $OpenApiUtil.Config({
    accessKeyId: ACCESS_KEY_ID,
    accessKeySecret: secret,
    endpoint: ENDPOINT, // bare host and port: a scheme in here would end up in the signed Host header
    protocol: 'http',
    regionId: REGION,
  });
}

async function place({ circuit = CIRCUIT, period = 1, token = TOKEN, secret } = {}) {
  const request = new Vpc.CreatePhysicalConnectionOccupancyOrderRequest({
    regionId: REGION,
    physicalConnectionId: circuit,
    period,
    pricingCycle: 'Month',
    instanceChargeType: 'PrePaid',
    autoPay: true,
    clientToken: token ?? undefined,
  });
  const { body } = await new Vpc.default(config(secret)).createPhysicalConnectionOccupancyOrder(request);
  return { order: body.data.orderId, request_id: body.requestId };
}

async function detail(order) {
  const request = new Bss.GetOrderDetailRequest({ orderId: order });
  const { body } = await new Bss.default(config()).getOrderDetail(request);
  const first = body.data.orderList.order[0];
  return {
    payment_status: first?.paymentStatus ?? null,
    instance_ids: first?.instanceIDs ?? null,
    amount: first?.pretaxAmount ?? null,
    request_id: body.requestId,
  };
}

async function circuit() {
  const request = new Vpc.DescribePhysicalConnectionsRequest({
    regionId: REGION,
    filter: [
      new Vpc.DescribePhysicalConnectionsRequestFilter({ key: 'PhysicalConnectionId', value: [CIRCUIT] }),
    ],
  });
  const { body } = await new Vpc.default(config()).describePhysicalConnections(request);
  const first = body.physicalConnectionSet.physicalConnectionType[0];
  return { status: first?.status ?? null, request_id: body.requestId };
}

async function whoami() {
  const { body } = await new Sts.default(config()).getCallerIdentity();
  return { account: body.accountId, arn: body.arn, request_id: body.requestId };
}

async function step(name, call) {
  let line;
  try {
    line = { step: name, ok: true, ...(await call()) };
  } catch (e) {
    // A bug in this driver is not the client's doing.
    if (e instanceof TypeError || e instanceof ReferenceError) throw e;
    line = {
      step: name,
      ok: false,
      type: e.name,
      code: e.code ?? null,
      message: e.message,
      status: e.statusCode ?? null,
      request_id: e.requestId ?? null,
    };
  }
  console.log(JSON.stringify(line));
  return line;
}

async function storyOrder() {
  const placed = await step('place', place);
  const repeated = await step('repeat', place);
  // After a cut connection only the repeat knows the order.
  const order = placed.order ?? repeated.order ?? '';
  await step('detail', () => detail(order));
  await step('circuit', circuit);
  // No token: a used one would be refused as a mismatch before the circuit is looked for.
  await step('error_not_found', () => place({ circuit: 'pc-doesnotexist', token: null }));
  await step('error_mismatch', () => place({ period: 2 }));
  await step('error_signature', () => place({ secret: `not-${ACCESS_KEY_SECRET}` }));
}

async function main() {
  if (STORY === 'place') await step('place', place);
  else if (STORY === 'order') await storyOrder();
  else if (STORY === 'whoami') await step('whoami', whoami);
  else throw new Error(`unknown STORY: ${STORY}`);
}

main().catch((e) => {
  console.error(e);
  process.exit(1);
});
