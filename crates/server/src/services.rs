//! stand-in
use crate::data_dir::DataDir;
use crate::peer::Origin;
use bytes::Bytes;
use http::{Request, Response};
use http_body_util::Full;
use hyper::body::Incoming;
use std::sync::Arc;
pub(crate) struct Services {}
impl Services {
    pub(crate) async fn open(_dir: &DataDir) -> Result<Arc<Self>, std::io::Error> {
        Ok(Arc::new(Self {}))
    }
    pub(crate) async fn answer(&self, _request: Request<Incoming>, _origin: Origin) -> Response<Full<Bytes>> {
        let mut r = Response::new(Full::new(Bytes::new()));
        *r.status_mut() = http::StatusCode::NOT_IMPLEMENTED;
        r
    }
    pub(crate) async fn ready(&self) -> Result<(), std::io::Error> {
        Ok(())
    }
    pub(crate) async fn close(&self) -> Result<(), std::io::Error> {
        Ok(())
    }
}
pub(crate) fn inspect_store(_dir: &DataDir) -> Result<String, String> {
    Ok(String::new())
}
