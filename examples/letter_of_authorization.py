"""A circuit from its application into service, with a Letter of Authorization: somebody has to
enter the data centre. Needs `pip install alibabacloud-vpc20160428` and a sandbox:

    crossconnect serve --sandbox &
    python examples/letter_of_authorization.py

The same calls order a real circuit, but for `data_centre`: it is Alibaba Cloud that answers then.
"""

import json
import os
import time
import urllib.request
import uuid

from alibabacloud_tea_openapi.utils_models import Config
from alibabacloud_vpc20160428 import models
from alibabacloud_vpc20160428.client import Client

ADDRESS = os.environ.get("CROSSCONNECT_ADDRESS", "127.0.0.1:8616")
REGION = "cn-hangzhou"

client = Client(
    Config(
        access_key_id="sandbox",
        access_key_secret="sandbox-secret",
        endpoint=ADDRESS,
        protocol="http",
        region_id=REGION,
    )
)


def data_centre(circuit, event):
    """In a sandbox you are the data centre as well."""
    body = json.dumps({"event": event}).encode()
    url = f"http://{ADDRESS}/control/v1/circuits/{circuit}/events"
    # A proxy meant for the world would answer in the server's place.
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    direct.open(urllib.request.Request(url, body, {"Content-Type": "application/json"})).close()


def find(circuit):
    by_id = models.DescribePhysicalConnectionsRequestFilter(
        key="PhysicalConnectionId", value=[circuit]
    )
    request = models.DescribePhysicalConnectionsRequest(region_id=REGION, filter=[by_id])
    found = client.describe_physical_connections(request).body
    return found.physical_connection_set.physical_connection_type[0]


def wait_for(circuit, status):
    """The carrier takes its time: weeks in the world, a second here."""
    for _ in range(300):
        if find(circuit).status == status:
            return print(f"{circuit} is {status}")
        time.sleep(0.1)
    raise SystemExit(f"{circuit} is {find(circuit).status} and not {status}")


circuit = client.create_physical_connection(
    models.CreatePhysicalConnectionRequest(
        region_id=REGION,
        access_point_id="ap-cn-hangzhou-yh-B",
        line_operator="CT",
        port_type="1000Base-LX",
        peer_location="XX Street",
        tag=[models.CreatePhysicalConnectionRequestTag(key="team", value="network")],
        client_token=str(uuid.uuid4()),
    )
).body.physical_connection_id
wait_for(circuit, "Allocated")

client.apply_physical_connection_loa(
    models.ApplyPhysicalConnectionLOARequest(
        region_id=REGION,
        instance_id=circuit,
        company_name="Example Ltd",
        line_type="FIBRE",
        si="Example Builders",
        construction_time="2030-01-01T00:00:00Z",
        pminfo=[
            models.ApplyPhysicalConnectionLOARequestPMInfo(
                pmname="A. Engineer",
                pmgender="Female",
                pmcertificate_type="Passport",
                pmcertificate_no="P12345678",
                pmcontact_info="13900001234",
            )
        ],
    )
)
data_centre(circuit, "approve_loa")

letter = client.describe_physical_connection_loa(
    models.DescribePhysicalConnectionLOARequest(region_id=REGION, instance_id=circuit)
).body.physical_connection_loatype
engineer = letter.pminfo.pminfo[0]
print(f"letter {letter.status}: {engineer.pmname}, {engineer.pmcertificate_no}")

# The engineer has been there.
client.complete_physical_connection_loa(
    models.CompletePhysicalConnectionLOARequest(
        region_id=REGION, instance_id=circuit, line_code="L-1", line_label="rack 7"
    )
)
client.confirm_physical_connection(
    models.ConfirmPhysicalConnectionRequest(region_id=REGION, physical_connection_id=circuit)
)
order = client.create_physical_connection_occupancy_order(
    models.CreatePhysicalConnectionOccupancyOrderRequest(
        region_id=REGION,
        physical_connection_id=circuit,
        instance_charge_type="PrePaid",
        pricing_cycle="Month",
        period=1,
        auto_pay=True,
        client_token=str(uuid.uuid4()),
    )
).body.data.order_id
print(f"order {order}")
wait_for(circuit, "Enabled")
print(f"paid until {find(circuit).end_time}")
