//! DescribeEndpoints of Location: where a product is. It is always here.

use super::OPERATIONS;
use crate::check::Input;
use crate::edition::ALL;
use crate::operation::{
    Ask, Invalid, LOCATION, Operation, Told, answered, error, read, refused, text,
};
use crate::parameter::{Param, Text, optional, required};
use domain::catalogue::Region;
use wire::Node;

static ID: Param<Text> = required("Id").doc("The ID of the region.").example("cn-hangzhou");

static SERVICE_CODE: Param<Text> =
    required("ServiceCode").doc("The code of the product.").example("ecs");

static TYPE: Param<Text> =
    optional("Type").doc("The type of the endpoint.").example("openAPI").default_in(ALL, "openAPI");

/// DescribeEndpoints.
/// SOURCE: wire dossier 4.3, terraform_trace.json. ASSUMED: anyone may call it, Id and ServiceCode
/// are required, and an unknown product or another type has an empty list of endpoints.
pub static OPERATION: Operation = read(&LOCATION, "DescribeEndpoints")
    .summary("Queries the endpoints of a product in a region.")
    .parameters(&[&ID.spec, &SERVICE_CODE.spec, &TYPE.spec])
    .open_to_all()
    // SOURCE: an answer of location-readonly.aliyuncs.com that a user of the Python SDK recorded.
    .errors(&[error(404, "InvalidRegionId", "The specified region does not exist.")])
    .asks(|input| {
        let known = Region::find(&input.get(&ID).0).is_some();
        let gone = Invalid::new(404, "InvalidRegionId", "The specified region does not exist.");
        if known { Ok(Ask::Nothing) } else { Err(gone) }
    })
    .tells(tells)
    .examples(&[
        answered(
            "Where Terraform finds Elastic Compute",
            ALL,
            &[],
            &[("Id", "cn-hangzhou"), ("ServiceCode", "ecs"), ("RegionId", "cn-hangzhou")],
            &[
                ("RequestId", "*"),
                ("Success", "true"),
                ("Endpoints.Endpoint.0.Endpoint", "*"),
                ("Endpoints.Endpoint.0.Id", "cn-hangzhou"),
                ("Endpoints.Endpoint.0.Type", "openAPI"),
                ("Endpoints.Endpoint.0.SerivceCode", "ecs"),
                ("Endpoints.Endpoint.0.Protocols.Protocols.0", "*"),
            ],
        ),
        answered(
            "A product that is not served",
            ALL,
            &[],
            &[("Id", "cn-hangzhou"), ("ServiceCode", "rds"), ("Type", "openAPI")],
            &[("Success", "true")],
        ),
        refused(
            "An unknown region",
            ALL,
            &[],
            &[("Id", "cn-atlantis"), ("ServiceCode", "vpc")],
            404,
            "InvalidRegionId",
        ),
    ]);

fn tells(input: &Input, _: Told) -> Result<Node, Invalid> {
    let (Text(region), Text(code)) = (input.get(&ID), input.get(&SERVICE_CODE));
    let served = |operation: &&Operation| operation.product.name.eq_ignore_ascii_case(&code);
    let public = input.get(&TYPE).0.eq_ignore_ascii_case("openAPI");
    let mut endpoints = Vec::new();
    if public && OPERATIONS.iter().any(served) {
        let protocol = if input.settings.tls { "HTTPS" } else { "HTTP" };
        let protocols = Node::Object(vec![("Protocols", Node::List(vec![text(protocol)]))]);
        endpoints.push(Node::Object(vec![
            ("Endpoint", text(input.host().to_owned())),
            ("Id", text(String::from(region))),
            ("Type", text("openAPI")),
            ("Namespace", text("")),
            ("SerivceCode", text(String::from(code))), // SOURCE: wire dossier 4: spelt so.
            ("Protocols", protocols),
        ]));
    }
    Ok(Node::Object(vec![
        ("RequestId", Node::RequestId),
        ("Success", Node::Bool(true)),
        ("Endpoints", Node::Object(vec![("Endpoint", Node::List(endpoints))])),
    ]))
}
