//! Metadata for whoever writes clients: the portal's paths, and `/openapi.json`. It says nothing of
//! anybody, so it needs no key, as the vendor's does not.
//! SOURCE: wire dossier 7.

use crate::app::App;
use crate::gateway::host;
use api::derived::{openapi, portal};
use api::{Edition, Product};
use axum::Router;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::{HeaderMap, StatusCode};
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::Arc;

/// How the reader wants it.
#[derive(Deserialize)]
struct Wish {
    /// An edition's name; the server's default if none is named.
    edition: Option<String>,
    /// Both answer English texts: there are no others yet.
    language: Option<Language>,
}

/// A language of the portal.
#[derive(Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum Language {
    EnUs,
    ZhCn,
}

/// What there is none of.
enum NotFound {
    Product,
    Api,
    Edition,
}

impl IntoResponse for NotFound {
    fn into_response(self) -> Response {
        let body = match self {
            Self::Product => json!({"code": 1, "message": "product not found"}),
            Self::Api => json!({"message": "api not found"}),
            Self::Edition => json!({"message": "edition not found"}),
        };
        (StatusCode::NOT_FOUND, axum::Json(body)).into_response()
    }
}

type Answer = Result<axum::Json<Value>, NotFound>;
type Wished = Query<Wish>;

/// The routes.
pub fn router() -> Router<Arc<App>> {
    const PRODUCT: &str = "/meta/v1/products/{product}/versions/{version}";
    Router::new()
        .route("/openapi.json", get(as_openapi))
        .route("/meta/v1/products.json", get(products))
        .route(&format!("{PRODUCT}/overview.json"), get(overview))
        .route(&format!("{PRODUCT}/api-docs.json"), get(documents))
        .route(&format!("{PRODUCT}/apis/{{action}}/api.json"), get(one))
}

impl Wish {
    fn edition(self, app: &App) -> Result<Edition, NotFound> {
        // Whichever it is, the texts are the same.
        let (Some(Language::EnUs | Language::ZhCn) | None) = self.language;
        match self.edition {
            None => Ok(app.config.edition),
            Some(name) => Edition::find(&name).ok_or(NotFound::Edition),
        }
    }
}

/// The product of a name, in any case of letters, and a version.
fn find(name: &str, version: &str) -> Result<&'static Product, NotFound> {
    let its = |product: &&'static Product| {
        product.name.eq_ignore_ascii_case(name) && product.version == version
    };
    portal::products().into_iter().find(its).ok_or(NotFound::Product)
}

/// Where the reader found us.
fn called(headers: &HeaderMap) -> &str {
    host(headers).unwrap_or("localhost")
}

async fn products(State(app): State<Arc<App>>, Query(wish): Wished) -> Answer {
    wish.edition(&app)?;
    Ok(axum::Json(portal::product_list()))
}

async fn overview(
    State(app): State<Arc<App>>,
    Path((product, version)): Path<(String, String)>,
    Query(wish): Wished,
) -> Answer {
    let edition = wish.edition(&app)?;
    Ok(axum::Json(portal::overview(find(&product, &version)?, edition)))
}

async fn documents(
    State(app): State<Arc<App>>,
    Path((product, version)): Path<(String, String)>,
    Query(wish): Wished,
    headers: HeaderMap,
) -> Answer {
    let edition = wish.edition(&app)?;
    let product = find(&product, &version)?;
    Ok(axum::Json(portal::documents(product, edition, called(&headers))))
}

async fn one(
    State(app): State<Arc<App>>,
    Path((product, version, action)): Path<(String, String, String)>,
    Query(wish): Wished,
) -> Answer {
    let edition = wish.edition(&app)?;
    let product = find(&product, &version)?;
    let operation = portal::operations(product, edition).find(|operation| operation.name == action);
    Ok(axum::Json(portal::api(operation.ok_or(NotFound::Api)?, edition)))
}

async fn as_openapi(
    State(app): State<Arc<App>>,
    Query(wish): Wished,
    headers: HeaderMap,
) -> Answer {
    let edition = wish.edition(&app)?;
    let server = format!("{}://{}", app.config.scheme(), called(&headers));
    Ok(axum::Json(openapi::openapi(edition, &server)))
}
