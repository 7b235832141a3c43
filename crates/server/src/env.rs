//! `crossconnect env`: exactly what to paste so that a client reaches this server.

use crate::keys::SANDBOX_SECRET;

/// A client that we know how to point here.
#[derive(Clone, Copy, PartialEq, Eq, Debug, clap::ValueEnum)]
pub enum Client {
    /// Terraform's alicloud provider.
    Terraform,
    /// The aliyun CLI.
    Cli,
    /// `alibabacloud_vpc20160428`.
    Python,
    /// `@alicloud/vpc20160428`.
    Node,
    /// `alibaba-cloud-sdk-go`.
    Go,
    /// `aliyun-java-sdk-core`.
    Java,
}

/// The key of a world.
pub fn key_of(world: &str) -> String {
    match world {
        "default" => "sandbox".into(),
        name => format!("sandbox@{name}"),
    }
}

/// What to paste for a client; for none, the shell variables that all of them read.
/// SOURCE: wire dossier 4.1.
pub fn text(client: Option<Client>, address: &str, world: &str) -> String {
    let key = key_of(world);
    let template = match client {
        None => SHELL,
        Some(Client::Terraform) => TERRAFORM,
        Some(Client::Cli) => CLI,
        Some(Client::Python) => PYTHON,
        Some(Client::Node) => NODE,
        Some(Client::Go) => GO,
        Some(Client::Java) => JAVA,
    };
    let text = template.replace("{address}", address).replace("{key}", &key);
    text.replace("{secret}", SANDBOX_SECRET).trim_start().to_owned()
}

const SHELL: &str = r"
export ALIBABA_CLOUD_ACCESS_KEY_ID='{key}'
export ALIBABA_CLOUD_ACCESS_KEY_SECRET='{secret}'
export ALIBABA_CLOUD_ENDPOINT='{address}'
export ALICLOUD_ACCESS_KEY='{key}'
export ALICLOUD_SECRET_KEY='{secret}'
export ALICLOUD_REGION='cn-hangzhou'
";

const TERRAFORM: &str = r#"
provider "alicloud" {
  region                 = "cn-hangzhou"
  access_key             = "{key}"
  secret_key             = "{secret}"
  protocol               = "HTTP"
  skip_region_validation = true
  account_type           = "International"
  endpoints {
    vpc        = "{address}"
    sts        = "{address}"
    bssopenapi = "{address}"
    location   = "{address}"
    ecs        = "{address}"
  }
}
"#;

const CLI: &str = r"
aliyun vpc CreatePhysicalConnectionOccupancyOrder \
  --endpoint {address} --insecure \
  --access-key-id '{key}' --access-key-secret '{secret}' --region cn-hangzhou \
  --RegionId cn-hangzhou --PhysicalConnectionId pc-sandboxconfirmed --AutoPay true \
  --ClientToken first-order
";

const PYTHON: &str = r#"
from alibabacloud_tea_openapi.utils_models import Config
from alibabacloud_vpc20160428.client import Client
from alibabacloud_vpc20160428 import models

client = Client(Config(endpoint="{address}", protocol="http", region_id="cn-hangzhou",
                       access_key_id="{key}", access_key_secret="{secret}"))
answer = client.create_physical_connection_occupancy_order(
    models.CreatePhysicalConnectionOccupancyOrderRequest(
        region_id="cn-hangzhou", physical_connection_id="pc-sandboxconfirmed", auto_pay=True,
        client_token="first-order"))  # the same token again is the same order
print(answer.body.data.order_id)
"#;

const NODE: &str = r"
const { $OpenApiUtil } = require('@alicloud/openapi-core');
const Vpc = require('@alicloud/vpc20160428');

const client = new Vpc.default(new $OpenApiUtil.Config({
  endpoint: '{address}', protocol: 'http', regionId: 'cn-hangzhou',
  accessKeyId: '{key}', accessKeySecret: '{secret}' }));
const order = new Vpc.CreatePhysicalConnectionOccupancyOrderRequest({
  regionId: 'cn-hangzhou', physicalConnectionId: 'pc-sandboxconfirmed', autoPay: true,
  clientToken: 'first-order', // the same token again is the same order
});
client.createPhysicalConnectionOccupancyOrder(order).then(
  (answer) => console.log(answer.body.data.orderId));
";

const GO: &str = r#"
package main

import (
	"fmt"

	"github.com/aliyun/alibaba-cloud-sdk-go/sdk/requests"
	"github.com/aliyun/alibaba-cloud-sdk-go/services/vpc"
)

func main() {
	client, err := vpc.NewClientWithAccessKey("cn-hangzhou", "{key}", "{secret}")
	if err != nil {
		panic(err)
	}
	request := vpc.CreateCreatePhysicalConnectionOccupancyOrderRequest()
	request.Domain = "{address}"
	request.Scheme = "HTTP"
	request.PhysicalConnectionId = "pc-sandboxconfirmed"
	request.AutoPay = requests.NewBoolean(true)
	request.ClientToken = "first-order" // the same token again is the same order
	answer, err := client.CreatePhysicalConnectionOccupancyOrder(request)
	if err != nil {
		panic(err)
	}
	fmt.Println(answer.Data.OrderId)
}
"#;

/// The general request of the core: in the product's package (aliyun-java-sdk-vpc 3.2.4) the
/// answer to this operation has no order in it. SOURCE: clients/java.
const JAVA: &str = r#"
import com.aliyuncs.CommonRequest;
import com.aliyuncs.DefaultAcsClient;
import com.aliyuncs.http.MethodType;
import com.aliyuncs.http.ProtocolType;
import com.aliyuncs.profile.DefaultProfile;
import com.google.gson.JsonParser;

public final class Order {
    public static void main(String[] arguments) throws Exception {
        var profile = DefaultProfile.getProfile("cn-hangzhou", "{key}", "{secret}");
        var request = new CommonRequest();
        request.setSysDomain("{address}");
        request.setSysProtocol(ProtocolType.HTTP);
        request.setSysMethod(MethodType.POST);
        request.setSysVersion("2016-04-28");
        request.setSysAction("CreatePhysicalConnectionOccupancyOrder");
        request.setSysRegionId("cn-hangzhou");
        request.putQueryParameter("PhysicalConnectionId", "pc-sandboxconfirmed");
        request.putQueryParameter("AutoPay", "true");
        // The same token again is the same order.
        request.putQueryParameter("ClientToken", "first-order");
        var answer = new DefaultAcsClient(profile).getCommonResponse(request);
        var data = JsonParser.parseString(answer.getData()).getAsJsonObject().get("Data");
        System.out.println(data.getAsJsonObject().get("OrderId").getAsString());
    }
}
"#;
