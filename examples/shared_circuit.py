"""A circuit shared with another account: a partner makes a part of his circuit for a tenant and
pays for it; the tenant takes it, puts a router on it, ends it and brings it back. Needs
`pip install alibabacloud-vpc20160428` and a sandbox:

    crossconnect serve --sandbox &
    python examples/shared_circuit.py
"""

import os
import time
import uuid

from alibabacloud_tea_openapi.utils_models import Config
from alibabacloud_vpc20160428 import models
from alibabacloud_vpc20160428.client import Client

REGION = "cn-hangzhou"


def client_of(key):
    return Client(
        Config(
            access_key_id=key,
            access_key_secret="sandbox-secret",
            endpoint=os.environ.get("CROSSCONNECT_ADDRESS", "127.0.0.1:8616"),
            protocol="http",
            region_id=REGION,
        )
    )


# The tenant is an account without money, and needs none: the partner pays.
partner, tenant = client_of("sandbox"), client_of("sandbox-poor")
TENANT_ID = "1000000000000002"


def status_of(client, circuit):
    by_id = models.DescribePhysicalConnectionsRequestFilter(
        key="PhysicalConnectionId", value=[circuit]
    )
    request = models.DescribePhysicalConnectionsRequest(region_id=REGION, filter=[by_id])
    found = client.describe_physical_connections(request).body
    circuits = found.physical_connection_set.physical_connection_type
    return circuits[0].status if circuits else "gone"


def wait_for(client, circuit, status):
    for _ in range(300):
        if status_of(client, circuit) == status:
            return print(f"{circuit} is {status}")
        time.sleep(0.1)
    raise SystemExit(f"{circuit} is not {status}")


# The partner's circuit, with a port of its own.
port = partner.create_physical_connection(
    models.CreatePhysicalConnectionRequest(
        region_id=REGION,
        access_point_id="ap-cn-hangzhou-yh-B",
        line_operator="CT",
        port_type="1000Base-LX",
        peer_location="XX Street",
        client_token=str(uuid.uuid4()),
    )
).body.physical_connection_id
wait_for(partner, port, "Allocated")

one = {"region_id": REGION, "physical_connection_id": port}
partner.confirm_physical_connection(models.ConfirmPhysicalConnectionRequest(**one))
partner.create_physical_connection_occupancy_order(
    models.CreatePhysicalConnectionOccupancyOrderRequest(
        **one,
        instance_charge_type="PrePaid",
        pricing_cycle="Month",
        period=1,
        auto_pay=True,
        client_token=str(uuid.uuid4()),
    )
)
wait_for(partner, port, "Enabled")

# A part of it for the tenant. `PayByVirtualPhysicalConnectionOwner` would have the tenant order its
# occupation, as the partner did that of the port.
shared = partner.create_virtual_physical_connection(
    models.CreateVirtualPhysicalConnectionRequest(
        **one,
        vpconn_ali_uid=TENANT_ID,
        vlan_id=100,
        spec="50M",
        order_mode="PayByPhysicalConnectionOwner",
        name="office",
        token=str(uuid.uuid4()),
    )
).body.virtual_physical_connection
wait_for(tenant, shared, "Allocated")

theirs = {"region_id": REGION, "physical_connection_id": shared}
tenant.confirm_physical_connection(models.ConfirmPhysicalConnectionRequest(**theirs))
wait_for(tenant, shared, "Enabled")

# How the partner sees it.
request = models.ListVirtualPhysicalConnectionsRequest(
    region_id=REGION, physical_connection_id=port
)
for row in partner.list_virtual_physical_connections(request).body.virtual_physical_connections:
    print(f"{row.physical_connection_id}, {row.spec}, VLAN {row.vlan_id}: "
          f"{row.virtual_physical_connection_status}")

# The router on a shared circuit has the circuit's VLAN.
router = tenant.create_virtual_border_router(
    models.CreateVirtualBorderRouterRequest(
        **theirs,
        vlan_id=100,
        local_gateway_ip="10.0.0.1",
        peer_gateway_ip="10.0.0.2",
        peering_subnet_mask="255.255.255.252",
        client_token=str(uuid.uuid4()),
    )
).body.vbr_id
print(f"{router} is on {shared}")

# Neither account ends its circuit while something is on it: first the router goes, which is gone
# at once, then what is shared, then the port.
tenant.delete_virtual_border_router(
    models.DeleteVirtualBorderRouterRequest(region_id=REGION, vbr_id=router)
)


def end(client, circuit):
    one = {"region_id": REGION, "physical_connection_id": circuit}
    client.terminate_physical_connection(models.TerminatePhysicalConnectionRequest(**one))
    wait_for(client, circuit, "Terminated")


def delete(client, circuit):
    one = {"region_id": REGION, "physical_connection_id": circuit}
    client.delete_physical_connection(models.DeletePhysicalConnectionRequest(**one))
    wait_for(client, circuit, "gone")


# What is shared can be brought back, for as long as it was paid.
end(tenant, shared)
tenant.recover_physical_connection(
    models.RecoverPhysicalConnectionRequest(
        region_id=REGION, instance_id=shared, token=str(uuid.uuid4())
    )
)
wait_for(tenant, shared, "Enabled")

end(tenant, shared)
delete(tenant, shared)
end(partner, port)
delete(partner, port)
