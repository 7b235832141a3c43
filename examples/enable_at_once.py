"""A circuit's whole life without an order placed for it: EnablePhysicalConnection makes one of its
own. Terraform did so before 1.230.1, and scripts of its age do. Needs
`pip install alibabacloud-vpc20160428` and a sandbox:

    crossconnect serve --sandbox &
    python examples/enable_at_once.py
"""

import os
import time

from alibabacloud_tea_openapi.utils_models import Config
from alibabacloud_vpc20160428 import models
from alibabacloud_vpc20160428.client import Client

REGION = "cn-hangzhou"

client = Client(
    Config(
        access_key_id="sandbox",
        access_key_secret="sandbox-secret",
        endpoint=os.environ.get("CROSSCONNECT_ADDRESS", "127.0.0.1:8616"),
        protocol="http",
        region_id=REGION,
    )
)


def find(circuit):
    by_id = models.DescribePhysicalConnectionsRequestFilter(
        key="PhysicalConnectionId", value=[circuit]
    )
    request = models.DescribePhysicalConnectionsRequest(region_id=REGION, filter=[by_id])
    found = client.describe_physical_connections(request).body
    return found.physical_connection_set.physical_connection_type


def wait_for(circuit, status):
    for _ in range(300):
        if find(circuit)[0].status == status:
            return print(f"{circuit} is {status}")
        time.sleep(0.1)
    raise SystemExit(f"{circuit} is {find(circuit)[0].status} and not {status}")


circuit = client.create_physical_connection(
    models.CreatePhysicalConnectionRequest(
        region_id=REGION,
        access_point_id="ap-cn-hangzhou-yh-B",
        line_operator="CT",
        port_type="1000Base-LX",
        peer_location="XX Street",
    )
).body.physical_connection_id
wait_for(circuit, "Allocated")

one = {"region_id": REGION, "physical_connection_id": circuit}
client.confirm_physical_connection(models.ConfirmPhysicalConnectionRequest(**one))
client.enable_physical_connection(models.EnablePhysicalConnectionRequest(**one))
wait_for(circuit, "Enabled")

client.terminate_physical_connection(models.TerminatePhysicalConnectionRequest(**one))
wait_for(circuit, "Terminated")
client.delete_physical_connection(models.DeletePhysicalConnectionRequest(**one))
print(f"{len(find(circuit))} left")
