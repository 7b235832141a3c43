"""Sends each step with aliyun-python-sdk-core (RPC 1.0); the protocol is in ../README.md."""

import importlib
import json
import os
import sys

from aliyunsdkcore.acs_exception.exceptions import ClientException, ServerException
from aliyunsdkcore.client import AcsClient
from aliyunsdkcore.request import CommonRequest

ENV = os.environ

# What the packages have no class for: the core's general request.
GENERAL = {"PayOrder"}


def general(step, parameters):
    request = CommonRequest(
        domain=ENV["ENDPOINT"], version=step["version"], action_name=step["operation"]
    )
    request.set_method("POST")
    for name, value in parameters.items():
        request.add_query_param(name, value)
    return request


def typed(step, parameters):
    package = f"aliyunsdk{step['product']}.request.v{step['version'].replace('-', '')}"
    name = f"{step['operation']}Request"
    request = getattr(importlib.import_module(f"{package}.{name}"), name)()
    # An endpoint of its own keeps the SDK from asking the Location service.
    request.set_endpoint(ENV["ENDPOINT"])
    for name, value in parameters.items():
        # What takes a list is called by the plural.
        getattr(request, f"set_{name}s" if isinstance(value, list) else f"set_{name}")(value)
    return request


def answer(step):
    parameters = step["parameters"]
    # This generation of the SDK adds RegionId itself, from the client.
    region = parameters.pop("RegionId", "cn-hangzhou")
    client = AcsClient(ENV["ACCESS_KEY_ID"], step.get("secret", ENV["ACCESS_KEY_SECRET"]), region)
    request = (general if step["operation"] in GENERAL else typed)(step, parameters)
    request.set_protocol_type("http")
    return json.loads(client.do_action_with_exception(request))


def outcome(step):
    try:
        return {"answer": answer(step)}
    except (ServerException, ClientException) as e:
        error = {
            "type": type(e).__name__,
            "code": e.get_error_code(),
            "message": e.get_error_msg(),
            # Only a ServerException has met a server.
            "status": getattr(e, "http_status", None),
            "request_id": getattr(e, "request_id", None),
        }
        return {"error": error}


for line in sys.stdin:
    print(json.dumps(outcome(json.loads(line))), flush=True)
