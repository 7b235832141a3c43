//! DescribeEndpoints of Location: where a product is. It is always here.

use super::OPERATIONS;
use crate::answer::{Each, Field, Texts, boolean, list, object, request_id, text};
use crate::check::Input;
use crate::does::Answers;
use crate::edition::ALL;
use crate::error::{ErrorRow, Invalid, error};
use crate::example::{answers, refuses};
use crate::operation::{LOCATION, Operation, operation};
use crate::parameter::{Param, Text, optional, required};
use domain::catalogue::Region;

static ID: Param<Text> = required("Id").doc("The ID of the region.").example("cn-hangzhou");

static SERVICE_CODE: Param<Text> =
    required("ServiceCode").doc("The code of the product.").example("ecs");

static TYPE: Param<Text> =
    optional("Type").doc("The type of the endpoint.").example("openAPI").default_in(ALL, "openAPI");

/// SOURCE: an answer of location-readonly.aliyuncs.com that a user of the Python SDK recorded.
static NO_REGION: ErrorRow = error(404, "InvalidRegionId", "The specified region does not exist.");

/// A place: there is one, or none.
static ENDPOINT: &[Field<()>] = &[
    text("Endpoint", "The host and port.", |(), input| input.host().into())
        .example("ecs-cn-hangzhou.aliyuncs.com"),
    text("Id", "The ID of the region.", |(), input| String::from(input.get(&ID).0).into())
        .example("cn-hangzhou"),
    text("Type", "The type of the endpoint.", |(), _| "openAPI".into()).example("openAPI"),
    text("Namespace", "The namespace of the endpoint.", |(), _| "".into()).example("-"),
    // SOURCE: wire dossier 4: spelt so.
    text("SerivceCode", "The code of the product.", |(), input| {
        String::from(input.get(&SERVICE_CODE).0).into()
    })
    .example("ecs"),
    object(
        "Protocols",
        "The protocols.",
        &[list(
            "Protocols",
            "The protocols.",
            &Texts(|(), input| {
                // One port speaks both.
                let https = input.settings.tls.then_some("HTTPS");
                ["HTTP"].into_iter().chain(https).map(Into::into).collect()
            }),
        )],
    ),
];

static ANSWER: &[Field<Vec<()>>] = &[
    request_id(),
    boolean("Success", "Whether the call succeeded.", |_, _| true).example("true"),
    object(
        "Endpoints",
        "The endpoints.",
        &[list("Endpoint", "The endpoints.", &Each { of: Vec::as_slice, fields: ENDPOINT })],
    ),
];

/// DescribeEndpoints.
/// SOURCE: wire dossier 4.3, terraform_trace.json.
pub static OPERATION: Operation =
    operation(&LOCATION, "DescribeEndpoints", &Answers { makes: endpoints, answer: ANSWER })
        .summary("Queries the endpoints of a product in a region.")
        .directory("Endpoints")
        .parameters(&[&ID.spec, &SERVICE_CODE.spec, &TYPE.spec])
        .open_to_all()
        .assumed(&[
            "anyone may call it, Id and ServiceCode are required, and an unknown product or \
                    another type has an empty list of endpoints",
        ])
        .errors(&[&NO_REGION])
        .examples(
            &[],
            "Id=cn-hangzhou&ServiceCode=ecs",
            &[
                answers(
                    "Where Terraform finds Elastic Compute",
                    ALL,
                    "RegionId=cn-hangzhou",
                    "RequestId=*&Success=true&Endpoints.Endpoint.0.Endpoint=*\
                         &Endpoints.Endpoint.0.Id=cn-hangzhou\
                         &Endpoints.Endpoint.0.Type=openAPI\
                         &Endpoints.Endpoint.0.SerivceCode=ecs\
                         &Endpoints.Endpoint.0.Protocols.Protocols.0=*",
                ),
                answers(
                    "A product that is not served",
                    ALL,
                    "ServiceCode=rds&Type=openAPI",
                    "Success=true",
                ),
                refuses("An unknown region", ALL, "Id=cn-atlantis", &NO_REGION),
            ],
        );

fn endpoints(input: &Input) -> Result<Vec<()>, Invalid> {
    Region::find(&input.get(&ID).0).ok_or_else(|| NO_REGION.invalid())?;
    let Text(code) = input.get(&SERVICE_CODE);
    let served = |operation: &&Operation| operation.product.name.eq_ignore_ascii_case(&code);
    let public = input.get(&TYPE).0.eq_ignore_ascii_case("openAPI");
    Ok(if public && OPERATIONS.iter().any(served) { vec![()] } else { Vec::new() })
}
