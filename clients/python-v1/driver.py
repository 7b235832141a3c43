"""One story told by aliyun-python-sdk-core (RPC 1.0); the protocol is in ../README.md."""

import json
import os

from aliyunsdkbssopenapi.request.v20171214.GetOrderDetailRequest import GetOrderDetailRequest
from aliyunsdkcore.acs_exception.exceptions import ClientException, ServerException
from aliyunsdkcore.client import AcsClient
from aliyunsdksts.request.v20150401.GetCallerIdentityRequest import GetCallerIdentityRequest
from aliyunsdkvpc.request.v20160428.CreatePhysicalConnectionOccupancyOrderRequest import (
    CreatePhysicalConnectionOccupancyOrderRequest,
)
from aliyunsdkvpc.request.v20160428.DescribePhysicalConnectionsRequest import (
    DescribePhysicalConnectionsRequest,
)

ENV = os.environ
REGION = "cn-hangzhou"


def client(secret=None):
    return AcsClient(ENV["ACCESS_KEY_ID"], secret or ENV["ACCESS_KEY_SECRET"], REGION)


def send(request, via):
    # An endpoint of its own keeps the SDK from asking the Location service.
    request.set_endpoint(ENV["ENDPOINT"])
    request.set_protocol_type("http")
    return json.loads(via.do_action_with_exception(request))


def place(via, circuit=None, period=1, token=ENV.get("TOKEN")):
    request = CreatePhysicalConnectionOccupancyOrderRequest()
    # This generation of the SDK adds RegionId itself, from the client.
    request.set_PhysicalConnectionId(circuit or ENV["CIRCUIT"])
    request.set_Period(period)
    request.set_PricingCycle("Month")
    request.set_InstanceChargeType("PrePaid")
    request.set_AutoPay(True)
    if token:
        request.set_ClientToken(token)
    answer = send(request, via)
    return {"order": answer["Data"]["OrderId"], "request_id": answer["RequestId"]}


def detail(via, order):
    request = GetOrderDetailRequest()
    request.set_OrderId(order)
    answer = send(request, via)
    first = next(iter(answer["Data"]["OrderList"]["Order"]), {})
    return {
        "payment_status": first.get("PaymentStatus"),
        "instance_ids": first.get("InstanceIDs"),
        "amount": first.get("PretaxAmount"),
        "request_id": answer["RequestId"],
    }


def circuit(via):
    request = DescribePhysicalConnectionsRequest()
    request.set_Filters([{"Key": "PhysicalConnectionId", "Value": [ENV["CIRCUIT"]]}])
    answer = send(request, via)
    first = next(iter(answer["PhysicalConnectionSet"]["PhysicalConnectionType"]), {})
    return {"status": first.get("Status"), "request_id": answer["RequestId"]}


def whoami(via):
    answer = send(GetCallerIdentityRequest(), via)
    return {"account": answer["AccountId"], "arn": answer["Arn"], "request_id": answer["RequestId"]}


def step(name, call):
    try:
        line = {"step": name, "ok": True, **call()}
    except (ServerException, ClientException) as e:
        line = {
            "step": name,
            "ok": False,
            "type": type(e).__name__,
            "code": e.get_error_code(),
            "message": e.get_error_msg(),
            # Only a ServerException has met a server.
            "status": getattr(e, "http_status", None),
            "request_id": getattr(e, "request_id", None),
        }
    print(json.dumps(line, ensure_ascii=False), flush=True)
    return line


def story_order(via):
    placed = step("place", lambda: place(via))
    repeated = step("repeat", lambda: place(via))
    # After a cut connection only the repeat knows the order.
    order = placed.get("order") or repeated.get("order") or ""
    step("detail", lambda: detail(via, order))
    step("circuit", lambda: circuit(via))
    # No token: a used one would be refused as a mismatch before the circuit is looked for.
    step("error_not_found", lambda: place(via, circuit="pc-doesnotexist", token=None))
    step("error_mismatch", lambda: place(via, period=2))
    wrong = client(secret="not-" + ENV["ACCESS_KEY_SECRET"])
    step("error_signature", lambda: place(wrong))


def main():
    via, story = client(), ENV["STORY"]
    if story == "place":
        step("place", lambda: place(via))
    elif story == "order":
        story_order(via)
    elif story == "whoami":
        step("whoami", lambda: whoami(via))
    else:
        raise SystemExit(f"unknown STORY: {story}")


if __name__ == "__main__":
    main()
