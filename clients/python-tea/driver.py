"""Sends each step with alibabacloud-tea-openapi (ACS3); the protocol is in ../README.md."""

import importlib
import json
import os
import re
import sys

from alibabacloud_tea_openapi.client import Client
from alibabacloud_tea_openapi.utils_models import Config, OpenApiRequest, Params
from darabonba.runtime import RuntimeOptions
from Tea.exceptions import TeaException, UnretryableException

ENV = os.environ


def general(client, step):
    """As the product's own client would, for which no package is installed."""
    params = Params(
        action=step["operation"],
        version=step["version"],
        protocol="HTTPS",  # as generated; the client's own setting wins
        pathname=step["path"],
        method="POST",
        auth_type="AK",
        style="ROA",
        req_body_type="json",
        body_type="json",
    )
    request = OpenApiRequest(body=step["parameters"])
    return client.call_api(params, request, RuntimeOptions())["body"]


def answer(step):
    config = Config(
        access_key_id=ENV["ACCESS_KEY_ID"],
        access_key_secret=step.get("secret", ENV["ACCESS_KEY_SECRET"]),
        # Bare host and port: a scheme in here would end up in the signed Host header.
        endpoint=ENV["ENDPOINT"],
        protocol="http",
        region_id="cn-hangzhou",
    )
    if "path" in step:
        return general(Client(config), step)
    package = f"alibabacloud_{step['product']}{step['version'].replace('-', '')}"
    client = importlib.import_module(f"{package}.client").Client(config)
    models = importlib.import_module(f"{package}.models")
    # A run of capitals is one word: apply_physical_connection_loa.
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", step["operation"])
    send = getattr(client, words.lower())
    # An operation without parameters has no model of its request.
    model = getattr(models, f"{step['operation']}Request", None)
    requests = [model().from_map(step["parameters"])] if model else []
    known = requests[0].to_map() if model else {}
    # A model says nothing of the parameters that it does not know.
    assert known | step["parameters"] == known, f"the request's model knows only {known}"
    return send(*requests).body.to_map()


def outcome(step):
    try:
        return {"answer": answer(step)}
    # The service's errors are TeaExceptions; a dead connection is an UnretryableException, or
    # an OSError (requests' own) where the library wraps nothing.
    except (TeaException, UnretryableException, OSError) as e:
        error = {
            "type": type(e).__name__,
            "code": getattr(e, "code", None),
            "message": getattr(e, "message", None) or str(e),
            "status": getattr(e, "status_code", None),
            "request_id": getattr(e, "request_id", None),
        }
        return {"error": error}


for line in sys.stdin:
    print(json.dumps(outcome(json.loads(line))), flush=True)
