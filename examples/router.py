"""A virtual border router on a circuit in service: made, tagged, switched off, removed. Needs
`pip install alibabacloud-vpc20160428` and a sandbox:

    crossconnect serve --sandbox &
    python examples/router.py
"""

import os
import time
import uuid

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


def circuits(circuit):
    by_id = models.DescribePhysicalConnectionsRequestFilter(
        key="PhysicalConnectionId", value=[circuit]
    )
    request = models.DescribePhysicalConnectionsRequest(region_id=REGION, filter=[by_id])
    found = client.describe_physical_connections(request).body
    return found.physical_connection_set.physical_connection_type


def routers(router):
    by_id = models.DescribeVirtualBorderRoutersRequestFilter(key="VbrId", value=[router])
    request = models.DescribeVirtualBorderRoutersRequest(region_id=REGION, filter=[by_id])
    found = client.describe_virtual_border_routers(request).body
    return found.virtual_border_router_set.virtual_border_router_type


def wait_for(find, name, status):
    """Whatever is asked for takes its time; one that is removed has no status in the end."""
    for _ in range(300):
        found = find(name)
        if (found[0].status if found else "gone") == status:
            return print(f"{name} is {status}")
        time.sleep(0.1)
    raise SystemExit(f"{name} is not {status}")


circuit = client.create_physical_connection(
    models.CreatePhysicalConnectionRequest(
        region_id=REGION,
        access_point_id="ap-cn-hangzhou-yh-B",
        line_operator="CT",
        port_type="1000Base-LX",
        peer_location="XX Street",
        client_token=str(uuid.uuid4()),
    )
).body.physical_connection_id
wait_for(circuits, circuit, "Allocated")

one = {"region_id": REGION, "physical_connection_id": circuit}
client.confirm_physical_connection(models.ConfirmPhysicalConnectionRequest(**one))
client.create_physical_connection_occupancy_order(
    models.CreatePhysicalConnectionOccupancyOrderRequest(
        **one,
        instance_charge_type="PrePaid",
        pricing_cycle="Month",
        period=1,
        auto_pay=True,
        client_token=str(uuid.uuid4()),
    )
)
wait_for(circuits, circuit, "Enabled")

# A router is one VLAN on the circuit, with the addresses of both sides. It costs nothing.
router = client.create_virtual_border_router(
    models.CreateVirtualBorderRouterRequest(
        **one,
        vlan_id=10,
        local_gateway_ip="10.0.0.1",
        peer_gateway_ip="10.0.0.2",
        peering_subnet_mask="255.255.255.252",
        name="office",
        client_token=str(uuid.uuid4()),
    )
).body.vbr_id
wait_for(routers, router, "active")

client.tag_resources_for_express_connect(
    models.TagResourcesForExpressConnectRequest(
        region_id=REGION,
        resource_type="VIRTUALBORDERROUTER",
        resource_id=[router],
        tag=[models.TagResourcesForExpressConnectRequestTag(key="team", value="network")],
    )
)
tag = routers(router)[0].tags.tags[0]
print(f"{tag.key}={tag.value}")

one = {"region_id": REGION, "vbr_id": router}
client.terminate_virtual_border_router(models.TerminateVirtualBorderRouterRequest(**one))
wait_for(routers, router, "terminated")
client.delete_virtual_border_router(models.DeleteVirtualBorderRouterRequest(**one))
wait_for(routers, router, "gone")
