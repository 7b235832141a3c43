"""One story told by alibabacloud-tea-openapi (ACS3); the protocol is in ../README.md."""

import json
import os

from alibabacloud_bssopenapi20171214 import models as bss_models
from alibabacloud_bssopenapi20171214.client import Client as Bss
from alibabacloud_sts20150401.client import Client as Sts
from alibabacloud_tea_openapi.utils_models import Config
from alibabacloud_vpc20160428 import models as vpc_models
from alibabacloud_vpc20160428.client import Client as Vpc
from Tea.exceptions import TeaException, UnretryableException

ENV = os.environ
REGION = "cn-hangzhou"


def config(secret=None):
    return Config(
        access_key_id=ENV["ACCESS_KEY_ID"],
        access_key_secret=secret or ENV["ACCESS_KEY_SECRET"],
        # Bare host and port: a scheme in here would end up in the signed Host header.
        endpoint=ENV["ENDPOINT"],
        protocol="http",
        region_id=REGION,
    )


def place(secret=None, circuit=None, period=1, token=ENV.get("TOKEN")):
    request = vpc_models.CreatePhysicalConnectionOccupancyOrderRequest(
        region_id=REGION,
        physical_connection_id=circuit or ENV["CIRCUIT"],
        period=period,
        pricing_cycle="Month",
        instance_charge_type="PrePaid",
        auto_pay=True,
        client_token=token,
    )
    body = Vpc(config(secret)).create_physical_connection_occupancy_order(request).body
    return {"order": body.data.order_id, "request_id": body.request_id}


def detail(order):
    request = bss_models.GetOrderDetailRequest(order_id=order)
    body = Bss(config()).get_order_detail(request).body
    first = next(iter(body.data.order_list.order), None)
    return {
        "payment_status": first and first.payment_status,
        "instance_ids": first and first.instance_ids,
        "amount": first and first.pretax_amount,
        "request_id": body.request_id,
    }


def circuit():
    request = vpc_models.DescribePhysicalConnectionsRequest(
        region_id=REGION,
        filter=[
            vpc_models.DescribePhysicalConnectionsRequestFilter(
                key="PhysicalConnectionId", value=[ENV["CIRCUIT"]]
            )
        ],
    )
    body = Vpc(config()).describe_physical_connections(request).body
    first = next(iter(body.physical_connection_set.physical_connection_type), None)
    return {"status": first and first.status, "request_id": body.request_id}


def whoami():
    body = Sts(config()).get_caller_identity().body
    return {"account": body.account_id, "arn": body.arn, "request_id": body.request_id}


def step(name, call):
    try:
        line = {"step": name, "ok": True, **call()}
    # The service's errors are TeaExceptions; a dead connection is an UnretryableException, or
    # an OSError (requests' own) where the library wraps nothing.
    except (TeaException, UnretryableException, OSError) as e:
        line = {
            "step": name,
            "ok": False,
            "type": type(e).__name__,
            "code": getattr(e, "code", None),
            "message": getattr(e, "message", None) or str(e),
            "status": getattr(e, "status_code", None),
            "request_id": getattr(e, "request_id", None),
        }
    print(json.dumps(line, ensure_ascii=False), flush=True)
    return line


def story_order():
    placed = step("place", place)
    repeated = step("repeat", place)
    # After a cut connection only the repeat knows the order.
    order = placed.get("order") or repeated.get("order") or ""
    step("detail", lambda: detail(order))
    step("circuit", circuit)
    # No token: a used one would be refused as a mismatch before the circuit is looked for.
    step("error_not_found", lambda: place(circuit="pc-doesnotexist", token=None))
    step("error_mismatch", lambda: place(period=2))
    step("error_signature", lambda: place(secret="not-" + ENV["ACCESS_KEY_SECRET"]))


def main():
    story = ENV["STORY"]
    if story == "place":
        step("place", place)
    elif story == "order":
        story_order()
    elif story == "whoami":
        step("whoami", whoami)
    else:
        raise SystemExit(f"unknown STORY: {story}")


if __name__ == "__main__":
    main()
