//! The OpenAPI document: it is served, and every path in it is answered by the decision point, with the methods it says.

use http::{Method, Request};
use http_body_util::Full;
use serde_json::Value;

use crate::world::{World, json as answered};

/// What the server answers itself.
const OF_THE_SERVER: [&str; 2] = ["/healthz", "/readyz"];

#[tokio::test]
async fn every_path_of_the_document_is_answered_and_no_other_method() {
    let world = World::new().await;
    let request = Request::get("/openapi.json").body(Full::default()).unwrap();
    let (status, document) = answered(world.send(request).await).await;
    assert_eq!(status, 200);
    let paths = document["paths"].as_object().unwrap();
    for (template, operations) in paths {
        if OF_THE_SERVER.contains(&template.as_str()) {
            continue;
        }
        let path = template.replace("{application}", "todo");
        for method in [Method::GET, Method::POST, Method::PUT, Method::DELETE] {
            let request = Request::builder().method(&method).uri(&path);
            let request = request.body(Full::default()).unwrap();
            assert!(world.point.is_for(&request.clone().into_parts().0), "{path}");
            let status = world.send(request).await.status().as_u16();
            let name = method.as_str().to_ascii_lowercase();
            let operation: &Value = &operations[&name];
            assert_eq!(status == 405, operation.is_null(), "{method} {path}: {status}");
            let documented = operation["responses"].as_object();
            let is_documented = documented.is_none_or(|all| all.contains_key(&status.to_string()));
            assert!(is_documented, "{method} {path}: {status}");
        }
    }
}
