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

/// A server, and what a client must know to reach it.
#[derive(Clone, Copy)]
pub struct Reached<'a> {
    /// Host and port.
    pub address: &'a str,
    /// The world in it.
    pub world: &'a str,
    /// Whether it is called by https.
    pub https: bool,
    /// The file of the CA by which it is trusted, if that is none that everybody trusts.
    pub ca: Option<&'a str>,
}

impl Reached<'_> {
    /// Fills a template in. A line that begins with `{https}` or `{own CA}` is there only where
    /// that is so.
    fn fill(&self, template: &str) -> String {
        let mut text = String::new();
        for line in template.trim_start().lines() {
            let line = match (line.strip_prefix("{https}"), line.strip_prefix("{own CA}")) {
                (Some(line), _) if self.https => line,
                (_, Some(line)) if self.ca.is_some() => line,
                (None, None) => line,
                _ => continue,
            };
            text.extend([line, "\n"]);
        }
        let (protocol, insecure) = if self.https { ("https", "") } else { ("http", "--insecure ") };
        text.replace("{keytool}", KEYTOOL)
            .replace("{trust store}", TRUST_STORE)
            .replace("{ca}", self.ca.unwrap_or_default())
            .replace("{protocol}", protocol)
            .replace("{PROTOCOL}", &protocol.to_ascii_uppercase())
            .replace("{insecure}", insecure)
            .replace("{address}", self.address)
            .replace("{key}", &key_of(self.world))
            .replace("{secret}", SANDBOX_SECRET)
    }
}

/// How each client is told to trust the CA, for whoever has started a server with one of its own.
pub fn trust(reached: &Reached) -> String {
    reached.fill(TRUST)
}

/// What to paste for a client; for none, the shell variables that all of them read.
/// SOURCE: wire dossier 4.1.
pub fn text(client: Option<Client>, reached: &Reached) -> String {
    let template = match client {
        None => SHELL,
        Some(Client::Terraform) => TERRAFORM,
        Some(Client::Cli) => CLI,
        Some(Client::Python) => PYTHON,
        Some(Client::Node) => NODE,
        Some(Client::Go) => GO,
        Some(Client::Java) => JAVA,
    };
    reached.fill(template)
}

/// Java has no variable for it and reads no PEM; without the password its store seems empty.
const KEYTOOL: &str = "keytool -importcert -noprompt -alias crossconnect -file '{ca}' \
    -keystore crossconnect.jks -storepass changeit";
const TRUST_STORE: &str = "-Djavax.net.ssl.trustStore=crossconnect.jks \
    -Djavax.net.ssl.trustStorePassword=changeit";

const TRUST: &str = r"
crossconnect: TLS with a certificate by a CA of this server's own, {ca}; to trust it:
  aliyun CLI, Terraform, Go  export SSL_CERT_FILE='{ca}'
  Python                     export SSL_CERT_FILE='{ca}' ALIBABA_CLOUD_CA_BUNDLE='{ca}'
  Node                       export NODE_EXTRA_CA_CERTS='{ca}'
  Java                       {keytool}
                             java {trust store}
  and what else each needs   crossconnect env CLIENT --address {address} --tls-ca '{ca}'
";

const SHELL: &str = r"
export ALIBABA_CLOUD_ACCESS_KEY_ID='{key}'
export ALIBABA_CLOUD_ACCESS_KEY_SECRET='{secret}'
export ALIBABA_CLOUD_ENDPOINT='{address}'
export ALICLOUD_ACCESS_KEY='{key}'
export ALICLOUD_SECRET_KEY='{secret}'
export ALICLOUD_REGION='cn-hangzhou'
{https}export ALIBABA_CLOUD_PRICING_ENDPOINT='{address}'
{own CA}export SSL_CERT_FILE='{ca}'
{own CA}export ALIBABA_CLOUD_CA_BUNDLE='{ca}'
{own CA}export NODE_EXTRA_CA_CERTS='{ca}'
";

const TERRAFORM: &str = r#"
{own CA}# Run terraform with SSL_CERT_FILE='{ca}' in its environment.
provider "alicloud" {
  region                 = "cn-hangzhou"
  access_key             = "{key}"
  secret_key             = "{secret}"
  protocol               = "{PROTOCOL}"
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
{https}export ALIBABA_CLOUD_PRICING_ENDPOINT='{address}'
{own CA}export SSL_CERT_FILE='{ca}'
aliyun vpc CreatePhysicalConnectionOccupancyOrder \
  --endpoint {address} {insecure}\
  --access-key-id '{key}' --access-key-secret '{secret}' --region cn-hangzhou \
  --RegionId cn-hangzhou --PhysicalConnectionId pc-sandboxconfirmed --AutoPay true \
  --ClientToken first-order
";

const PYTHON: &str = r#"
{own CA}# The older SDK, aliyun-python-sdk-core, is run with ALIBABA_CLOUD_CA_BUNDLE='{ca}'.
from alibabacloud_tea_openapi.utils_models import Config
from alibabacloud_vpc20160428.client import Client
from alibabacloud_vpc20160428 import models

client = Client(Config(endpoint="{address}", protocol="{protocol}", region_id="cn-hangzhou",
{own CA}                       ca="{ca}",
                       access_key_id="{key}", access_key_secret="{secret}"))
answer = client.create_physical_connection_occupancy_order(
    models.CreatePhysicalConnectionOccupancyOrderRequest(
        region_id="cn-hangzhou", physical_connection_id="pc-sandboxconfirmed", auto_pay=True,
        client_token="first-order"))  # the same token again is the same order
print(answer.body.data.order_id)
"#;

const NODE: &str = r"
{own CA}// Run it with NODE_EXTRA_CA_CERTS='{ca}' in its environment.
const { $OpenApiUtil } = require('@alicloud/openapi-core');
const Vpc = require('@alicloud/vpc20160428');

const client = new Vpc.default(new $OpenApiUtil.Config({
  endpoint: '{address}', protocol: '{protocol}', regionId: 'cn-hangzhou',
  accessKeyId: '{key}', accessKeySecret: '{secret}' }));
const order = new Vpc.CreatePhysicalConnectionOccupancyOrderRequest({
  regionId: 'cn-hangzhou', physicalConnectionId: 'pc-sandboxconfirmed', autoPay: true,
  clientToken: 'first-order', // the same token again is the same order
});
client.createPhysicalConnectionOccupancyOrder(order).then(
  (answer) => console.log(answer.body.data.orderId));
";

const GO: &str = r#"
{own CA}// Run it with SSL_CERT_FILE='{ca}' in its environment.
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
	request.Scheme = "{PROTOCOL}"
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
{own CA}// Run it with this trust store:
{own CA}//   {keytool}
{own CA}//   java {trust store}
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
        request.setSysProtocol(ProtocolType.{PROTOCOL});
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
