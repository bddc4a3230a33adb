//! The AWS SDK for Rust as a program: `sdk-client ACTION BUCKET [KEY] [WORD]`.
//!
//! Where to and who comes from the environment, as for the AWS command line. Prints one line of JSON:
//! what was answered, or the error's code, message and status; it ends with success in both cases.

use std::error::Error;
use std::time::Duration;

use aws_credential_types::Credentials;
use aws_sdk_s3::Client;
use aws_sdk_s3::config::{BehaviorVersion, Builder, Region, retry::RetryConfig};
use aws_sdk_s3::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_s3::presigning::PresigningConfig;
use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types::{CompletedMultipartUpload, CompletedPart};
use aws_smithy_http_client::Builder as HttpBuilder;
use serde_json::{Value, json};

const PART_BYTES: usize = 8 * 1024 * 1024;

type Failure = Box<dyn Error + Send + Sync>;

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let client = client()?;
    let answer = match words.as_slice() {
        ["make-bucket", bucket] => make_bucket(&client, bucket).await,
        ["put", bucket, key, file] => put(&client, bucket, key, file).await,
        ["get", bucket, key, file] => get(&client, bucket, key, file).await,
        ["list", bucket, prefix] => list(&client, bucket, prefix).await,
        ["delete", bucket, key] => delete(&client, bucket, key).await,
        ["multipart", bucket, key, file] => multipart(&client, bucket, key, file).await,
        ["presign", bucket, key, seconds] => presign(&client, bucket, key, seconds).await,
        _ => return Err("usage: sdk-client ACTION BUCKET [KEY] [WORD]".into()),
    };
    match answer {
        Ok(value) => println!("{value}"),
        Err(error) => match error.downcast_ref::<Refused>() {
            Some(Refused(value)) => println!("{value}"),
            None => return Err(error),
        },
    }
    Ok(())
}

fn client() -> Result<Client, Failure> {
    let key = std::env::var("AWS_ACCESS_KEY_ID")?;
    let secret = std::env::var("AWS_SECRET_ACCESS_KEY")?;
    let token = std::env::var("AWS_SESSION_TOKEN").ok();
    let config = Builder::new()
        .behavior_version(BehaviorVersion::v2026_01_12())
        .region(Region::new("us-east-1"))
        .endpoint_url(std::env::var("AWS_ENDPOINT_URL")?)
        .force_path_style(true)
        .retry_config(RetryConfig::disabled())
        .credentials_provider(Credentials::from_keys(key, secret, token))
        .http_client(HttpBuilder::new().build_http())
        .build();
    Ok(Client::from_conf(config))
}

async fn make_bucket(client: &Client, bucket: &str) -> Result<Value, Failure> {
    let answer = client.create_bucket().bucket(bucket).send();
    answer.await.map_err(refused)?;
    Ok(json!({}))
}

async fn put(client: &Client, bucket: &str, key: &str, file: &str) -> Result<Value, Failure> {
    let body = ByteStream::from_path(file).await?;
    let answer = client.put_object().bucket(bucket).key(key).body(body).send();
    let answer = answer.await.map_err(refused)?;
    Ok(json!({ "etag": answer.e_tag(), "crc32": answer.checksum_crc32() }))
}

async fn get(client: &Client, bucket: &str, key: &str, file: &str) -> Result<Value, Failure> {
    let answer = client.get_object().bucket(bucket).key(key).send();
    let answer = answer.await.map_err(refused)?;
    let bytes = answer.body.collect().await?.into_bytes();
    tokio::fs::write(file, &bytes).await?;
    Ok(json!({ "bytes": bytes.len() }))
}

async fn list(client: &Client, bucket: &str, prefix: &str) -> Result<Value, Failure> {
    let mut pages = client
        .list_objects_v2()
        .bucket(bucket)
        .prefix(prefix)
        .into_paginator()
        .send();
    let mut keys = Vec::new();
    while let Some(page) = pages.next().await {
        let page = page.map_err(refused)?;
        keys.extend(
            page.contents()
                .iter()
                .filter_map(|object| object.key().map(str::to_owned)),
        );
    }
    Ok(json!({ "keys": keys }))
}

async fn delete(client: &Client, bucket: &str, key: &str) -> Result<Value, Failure> {
    let answer = client.delete_object().bucket(bucket).key(key).send();
    answer.await.map_err(refused)?;
    Ok(json!({}))
}

async fn multipart(client: &Client, bucket: &str, key: &str, file: &str) -> Result<Value, Failure> {
    let data = tokio::fs::read(file).await?;
    let made = client.create_multipart_upload().bucket(bucket).key(key).send();
    let made = made.await.map_err(refused)?;
    let id = made.upload_id().ok_or("the upload has no id")?;
    let mut parts = Vec::new();
    for (number, part) in (1_i32..).zip(data.chunks(PART_BYTES)) {
        let sent = client.upload_part().bucket(bucket).key(key).upload_id(id);
        let sent = sent
            .part_number(number)
            .body(ByteStream::from(part.to_vec()))
            .send();
        let tag = sent.await.map_err(refused)?.e_tag().map(str::to_owned);
        parts.push(
            CompletedPart::builder()
                .part_number(number)
                .set_e_tag(tag)
                .build(),
        );
    }
    let count = parts.len();
    let upload = CompletedMultipartUpload::builder().set_parts(Some(parts)).build();
    let done = client
        .complete_multipart_upload()
        .bucket(bucket)
        .key(key)
        .upload_id(id);
    done.multipart_upload(upload).send().await.map_err(refused)?;
    Ok(json!({ "parts": count }))
}

async fn presign(client: &Client, bucket: &str, key: &str, seconds: &str) -> Result<Value, Failure> {
    let lifetime = PresigningConfig::expires_in(Duration::from_secs(seconds.parse()?))?;
    let request = client.get_object().bucket(bucket).key(key).presigned(lifetime);
    let request = request.await.map_err(refused)?;
    Ok(json!({ "url": request.uri() }))
}

/// An answer of the server that is an error, as it will be printed.
#[derive(Debug)]
struct Refused(Value);

impl std::fmt::Display for Refused {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{}", self.0)
    }
}

impl Error for Refused {}

/// What the server said; anything else that went wrong stays as it is.
fn refused<E>(error: SdkError<E>) -> Failure
where
    E: ProvideErrorMetadata + Error + Send + Sync + 'static,
{
    let Some(response) = error.raw_response() else {
        return error.into();
    };
    let value = json!({
        "error": {
            "code": error.code(),
            "message": error.message(),
            "status": response.status().as_u16(),
        }
    });
    Box::new(Refused(value))
}
