//! Calls to the HTTP API of the implementation, and what its answers mean.
//!
//! The reasons are read by operators. No reason given here holds an address, a token, or what the implementation wrote: its wording may quote the message.

use axum::http::StatusCode;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use reqwest::Response;
use reqwest::header::RETRY_AFTER;
use serde::Deserialize;
use serde_json::{Value, json};

use super::decode::Scalar;
use super::encode::Segment;
use crate::platforms::pictures::{self, NotFetched};
use crate::platforms::{Destination, Outcome};

/// The longest answer that is read, in bytes: sending answers with a number.
const LONGEST_ANSWER: usize = 64 * 1024;

/// How long to keep quiet where a proxy limits us and does not say for how long.
const DEFAULT_WAIT_MS: u64 = 60_000;

/// The action and its parameters that send segments somewhere.
pub(super) fn call_for(to: &Destination, message: &[Segment]) -> Result<(&'static str, Value), Outcome> {
    let number = |id: &str| id.parse::<i64>().map_err(|_| Outcome::Refused("群号或 QQ 号不是数字".to_owned()));
    Ok(match to {
        Destination::Group(id) => ("send_group_msg", json!({ "group_id": number(id)?, "message": message })),
        Destination::User(id) => ("send_private_msg", json!({ "user_id": number(id)?, "message": message })),
    })
}

/// What the implementation knows of a picture.
pub(super) enum Picture {
    /// The picture itself.
    Bytes(Vec<u8>),
    /// Where it is.
    At(String),
}

/// The API of one implementation.
pub(super) struct Api {
    /// The client; its time-out is the longest a call takes.
    pub(super) http: reqwest::Client,
    /// Where the implementation listens, without a slash at the end.
    pub(super) url: String,
}

impl Api {
    /// Calls an action that sends a message.
    pub(super) async fn call(&self, action: &str, params: &Value, token: Option<&str>) -> Outcome {
        let mut request = self.http.post(format!("{}/{action}", self.url)).json(params);
        if let Some(token) = token {
            request = request.bearer_auth(token);
        }
        match request.send().await {
            Ok(response) => read(response).await,
            Err(error) if error.is_builder() => {
                Outcome::Configuration("请求写不出来，请检查 api_url 和 access_token".to_owned())
            }
            // also a time-out while connecting: nothing has gone out yet
            Err(error) if error.is_connect() => Outcome::Failed("连不上 OneBot 实现".to_owned()),
            Err(error) if error.is_timeout() => Outcome::Unknown("等待超时".to_owned()),
            Err(_) => Outcome::Unknown("答复之前连接断了".to_owned()),
        }
    }
}

impl Api {
    /// Asks for a picture by its name: `get_image`. A path on the implementation's disk is of no use to us.
    pub(super) async fn find_picture(
        &self,
        file: &str,
        token: Option<&str>,
        limit: usize,
    ) -> Result<Picture, NotFetched> {
        let mut request = self.http.post(format!("{}/get_image", self.url)).json(&json!({ "file": file }));
        if let Some(token) = token {
            request = request.bearer_auth(token);
        }
        let response = request.send().await.map_err(|error| pictures::trouble(&error))?;
        if response.status() != StatusCode::OK {
            return Err(NotFetched::Later(format!("问 OneBot 实现要图片，答复 HTTP {}", response.status().as_u16())));
        }
        // in base64 a picture is a third longer
        let body = pictures::read_up_to(response, limit / 3 * 4 + LONGEST_ANSWER).await?;
        let answer: Answer = serde_json::from_slice(&body).map_err(|_| NotFetched::later("OneBot 实现的答复读不懂"))?;
        if answer.retcode.number() != Some(0) {
            return Err(NotFetched::never("OneBot 实现找不到这张图片"));
        }
        let field = |name: &str| answer.data.as_ref()?.get(name)?.as_str().filter(|value| !value.is_empty());
        if let Some(base64) = field("base64") {
            let bytes = STANDARD.decode(base64).map_err(|_| NotFetched::never("OneBot 实现给的图片读不懂"))?;
            return if bytes.len() > limit { Err(NotFetched::too_large(limit)) } else { Ok(Picture::Bytes(bytes)) };
        }
        let address = [field("url"), field("file")].into_iter().flatten().find(|value| value.starts_with("http"));
        let address = address.ok_or_else(|| NotFetched::never("OneBot 实现没有给图片的地址"))?;
        Ok(Picture::At(address.to_owned()))
    }
}

async fn read(mut response: Response) -> Outcome {
    let status = response.status();
    if status != StatusCode::OK {
        return of_status(status, &response);
    }
    let mut body = Vec::new();
    loop {
        match response.chunk().await {
            Ok(Some(chunk)) if body.len() + chunk.len() <= LONGEST_ANSWER => body.extend_from_slice(&chunk),
            Ok(None) => break,
            Ok(Some(_)) => return Outcome::Unknown("答复太长".to_owned()),
            Err(_) => return Outcome::Unknown("答复到一半连接断了".to_owned()),
        }
    }
    match serde_json::from_slice::<Answer>(&body) {
        Ok(answer) => answer.outcome(),
        Err(_) => Outcome::Unknown("答复读不懂".to_owned()),
    }
}

fn of_status(status: StatusCode, response: &Response) -> Outcome {
    let reason = format!("HTTP {}", status.as_u16());
    match status {
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => Outcome::Configuration(reason),
        StatusCode::TOO_MANY_REQUESTS => {
            let seconds =
                response.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
            Outcome::Limited { wait_ms: seconds.map_or(DEFAULT_WAIT_MS, |seconds| seconds.saturating_mul(1_000)) }
        }
        status if status.is_client_error() => Outcome::Refused(reason),
        // redirects are not followed: somebody has written the wrong address
        status if status.is_redirection() => Outcome::Configuration(reason),
        StatusCode::SERVICE_UNAVAILABLE => Outcome::Failed(reason),
        // it broke down somewhere between taking the message and answering
        _ => Outcome::Unknown(reason),
    }
}

/// An answer to a call, over HTTP or a WebSocket.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Answer {
    #[serde(default)]
    status: Scalar,
    #[serde(default)]
    retcode: Scalar,
    data: Option<Value>,
}

impl Answer {
    /// What the answer to a sending action means.
    pub(super) fn outcome(&self) -> Outcome {
        let Some(retcode) = self.retcode.number() else {
            return Outcome::Unknown("答复里没有 retcode".to_owned());
        };
        let reason = format!("retcode {retcode}");
        match (self.status.as_str(), retcode) {
            ("async", _) | (_, 1) => Outcome::Unknown("实现已接手，结果未知".to_owned()),
            ("ok" | "", 0) => Outcome::Sent(self.message_id()),
            (_, 401 | 403 | 1401 | 1403) => Outcome::Configuration(reason),
            // 100, 102 and 103 are go-cqhttp's; trying again blindly brings the account closer to being restricted
            (_, 100 | 102 | 103 | 400 | 404 | 1400 | 1404) => Outcome::Refused(reason),
            // 200 means failure in NapCat
            _ => Outcome::Failed(reason),
        }
    }

    fn message_id(&self) -> Option<String> {
        match self.data.as_ref()?.get("message_id")? {
            Value::Number(id) => Some(id.to_string()),
            Value::String(id) if !id.is_empty() => Some(id.clone()),
            _ => None,
        }
    }
}
