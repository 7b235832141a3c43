# Two circuits in service, a virtual border router, which lies on one of them and is joined to
# the other, and a part of the first that is shared with another account. Needs a sandbox:
#
#     crossconnect serve --sandbox &
#     terraform init
#     terraform apply
#     terraform plan       # No changes.
#
# A circuit is not terminated while a router or a shared circuit is on it, and not deleted while it
# is in service. So the end, here as in the cloud, takes three steps:
#
#     terraform apply -var parts=false
#     terraform apply -var parts=false -var status=Terminated
#     terraform destroy

terraform {
  required_providers {
    alicloud = {
      source = "aliyun/alicloud"
      # Older ones enable a circuit without a word of how long.
      version = ">= 1.230.1"
    }
  }
}

variable "address" {
  description = "Where the server listens."
  default     = "127.0.0.1:8616"
}

variable "parts" {
  description = "Whether there is anything on the circuits."
  default     = true
}

variable "status" {
  description = "What the circuits are to be: Enabled, or Terminated."
  default     = "Enabled"
}

# What `crossconnect env terraform` prints. Without `endpoints`, `protocol` and the keys it is the
# cloud's.
provider "alicloud" {
  region                 = "cn-hangzhou"
  access_key             = "sandbox"
  secret_key             = "sandbox-secret"
  protocol               = "HTTP"
  skip_region_validation = true
  account_type           = "International"
  endpoints {
    vpc        = var.address
    sts        = var.address
    bssopenapi = var.address
    location   = var.address
    ecs        = var.address
  }
}

resource "alicloud_express_connect_physical_connection" "circuit" {
  for_each                 = toset(["first", "second"])
  physical_connection_name = each.key
  access_point_id          = "ap-cn-hangzhou-yh-B"
  line_operator            = "CT"
  port_type                = "1000Base-LX"
  peer_location            = "XX Street"
  status                   = var.status
  period                   = 1
  pricing_cycle            = "Month"
}

resource "alicloud_express_connect_virtual_border_router" "office" {
  count                      = var.parts ? 1 : 0
  virtual_border_router_name = "office"
  physical_connection_id     = alicloud_express_connect_physical_connection.circuit["first"].id
  bandwidth                  = 200
  vlan_id                    = 10
  local_gateway_ip           = "10.0.0.1"
  peer_gateway_ip            = "10.0.0.2"
  peering_subnet_mask        = "255.255.255.252"
}

resource "alicloud_express_connect_vbr_pconn_association" "office" {
  count                  = var.parts ? 1 : 0
  vbr_id                 = alicloud_express_connect_virtual_border_router.office[0].id
  physical_connection_id = alicloud_express_connect_physical_connection.circuit["second"].id
  vlan_id                = 10
  local_gateway_ip       = "10.0.1.1"
  peer_gateway_ip        = "10.0.1.2"
  peering_subnet_mask    = "255.255.255.252"
}

# Waits for the other account to confirm it.
resource "alicloud_express_connect_virtual_physical_connection" "tenant" {
  count                            = var.parts ? 1 : 0
  virtual_physical_connection_name = "tenant"
  parent_physical_connection_id    = alicloud_express_connect_physical_connection.circuit["first"].id
  order_mode                       = "PayByPhysicalConnectionOwner"
  spec                             = "50M"
  vlan_id                          = 20
  vpconn_ali_uid                   = "1000000000000002"
}

output "orders" {
  value = [for circuit in alicloud_express_connect_physical_connection.circuit : circuit.order_id]
}

output "routers" {
  value = alicloud_express_connect_virtual_border_router.office[*].id
}

output "shared" {
  value = alicloud_express_connect_virtual_physical_connection.tenant[*].id
}
