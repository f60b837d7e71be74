//! The simulator: a platform whose groups are columns on a page of ours.
//!
//! The page posts to `/webhooks/{account}` as any platform would and reads the [`Stage`] back. What stands on the stage
//! is lost when the program stops: it is the theatre, not the archive.

use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Utc};
use futures_util::future::BoxFuture;
use serde::Deserialize;

use super::limits::Limits;
use super::pictures::NotFetched;
use super::settings::{AccountSettings, SettingsError};
use super::{Abilities, Adapter, Delivery, HttpAnswer, Outcome, RawRequest, Received, Rejected, Tools};
use crate::domain::event::InboundEvent;
use crate::domain::message::Message;

mod client;
mod decode;
mod encode;
mod verify;

pub use client::{Line, Speaker, Spot, Stage};
pub use verify::TOKEN_HEADER;

/// The platform's name, as in the list.
const PLATFORM: &str = "simulator";

/// What the bot is called on the page.
pub const BOT_NAME: &str = "机器人";

/// Its `[[account]]` has no keys of its own.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Keys {}

/// An account on the simulator.
struct Simulator {
    account: String,
    stage: Arc<Stage>,
}

/// Builds an account.
pub(super) fn build(settings: &AccountSettings, tools: &Tools) -> Result<Arc<dyn Adapter>, SettingsError> {
    let Keys {} = settings.read()?;
    let Some(stage) = tools.simulator.clone() else {
        return Err(settings.wrong("platform", "模拟器没有打开：请把 [simulator] enabled 设为 true，或去掉这个账号"));
    };
    Ok(Arc::new(Simulator { account: settings.name.clone(), stage }))
}

impl Simulator {
    /// Reads a verified body and puts what it says on the stage.
    fn read(&self, body: &[u8], now: DateTime<Utc>) -> Result<InboundEvent, Rejected> {
        let (event, shown) = decode::decode(&self.account, body, now)?;
        // what somebody typed is seen by everybody at once, whatever the bot makes of it
        self.stage.show(shown)?;
        Ok(event)
    }
}

impl Adapter for Simulator {
    fn platform(&self) -> &'static str {
        PLATFORM
    }

    fn abilities(&self) -> Abilities {
        Abilities { mention: true, image: true, push: true, private: true }
    }

    fn limits(&self) -> Limits {
        Limits { per_window: 600, window_ms: 60_000, min_gap_ms: 0 }
    }

    fn receive(&self, request: &RawRequest<'_>) -> Result<Received, Rejected> {
        self.stage.admit(request.headers).map_err(Rejected::Refused)?;
        Ok(Received::Event(Box::new(self.read(request.body, request.now)?)))
    }

    fn answer(&self, event: &InboundEvent, reply: Option<&Message>) -> HttpAnswer {
        let Some(reply) = reply else { return HttpAnswer::empty() };
        let spot = Spot::of(&event.place, &event.sender);
        // in a group it shows what it answers; in private that is the line above
        let quote = event.message_id.clone().filter(|_| !event.place.is_private());
        // named after the event, so that a redelivery finds the line that is already there
        let id = format!("re-{}", event.dedupe_key);
        let line = self.stage.say(&id, spot, encode::parts(&self.account, reply), quote);
        HttpAnswer::json(&serde_json::json!({ "lines": [line] }))
    }

    fn send<'a>(&'a self, delivery: &'a Delivery) -> BoxFuture<'a, Outcome> {
        Box::pin(async {
            let id = format!("out-{}", delivery.idempotency_key);
            let parts = encode::parts(&self.account, &delivery.message);
            let line = self.stage.say(&id, Spot::from(&delivery.to), parts, None);
            Outcome::Sent(Some(line.id.clone()))
        })
    }

    fn fetch<'a>(&'a self, reference: &'a str, limit: usize) -> BoxFuture<'a, Result<Vec<u8>, NotFetched>> {
        Box::pin(async move {
            let line = reference.strip_prefix(PLATFORM).and_then(|rest| rest.strip_prefix(':'));
            let picture = line.and_then(|id| self.stage.find_picture(id));
            let picture = picture.ok_or_else(|| NotFetched::never("模拟器重启过，图片不在了"))?;
            let bytes = STANDARD.decode(picture).map_err(|_| NotFetched::never("图片读不懂"))?;
            if bytes.len() > limit { Err(NotFetched::too_large(limit)) } else { Ok(bytes) }
        })
    }
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderMap, Method, StatusCode};
    use bytes::Bytes;
    use serde_json::{Value, json};

    use super::*;
    use crate::clock::{Clock, ManualClock};
    use crate::domain::event::{AttachmentKind, EventKind, Place};
    use crate::domain::message::{MentionOf, Part};
    use crate::platforms::{Destination, Malformed, Refused};

    fn noon() -> DateTime<Utc> {
        "2026-11-20T04:00:00Z".parse().unwrap()
    }

    fn simulator() -> Simulator {
        let clock: Arc<dyn Clock> = Arc::new(ManualClock::at(noon()));
        Simulator { account: "simulator".into(), stage: Arc::new(Stage::new(clock)) }
    }

    fn receive(simulator: &Simulator, tokens: &[&str], body: &[u8]) -> Result<InboundEvent, Rejected> {
        let mut headers = HeaderMap::new();
        for token in tokens {
            headers.append(TOKEN_HEADER, token.parse().unwrap());
        }
        let body = Bytes::copy_from_slice(body);
        let request = RawRequest { method: &Method::POST, query: "", headers: &headers, body: &body, now: noon() };
        match simulator.receive(&request)? {
            Received::Event(event) => Ok(*event),
            other => unreachable!("the simulator sends nothing else: {other:?}"),
        }
    }

    fn post(simulator: &Simulator, changes: Value) -> Result<InboundEvent, Rejected> {
        let mut body =
            json!({ "message_id": "m-1", "group": "g-cadre", "user": "u-1", "name": "赵样例", "text": "签到" });
        for (key, value) in changes.as_object().unwrap() {
            body[key] = value.clone();
        }
        receive(simulator, &[simulator.stage.token()], body.to_string().as_bytes())
    }

    #[test]
    fn without_the_right_token_nothing_is_read_and_nothing_is_shown() {
        let simulator = simulator();
        let token = simulator.stage.token().to_owned();
        let body = br#"{"message_id":"m-1","user":"u-1","text":"x"}"#;
        let refused = |tokens: &[&str]| receive(&simulator, tokens, body).unwrap_err();
        assert_eq!(refused(&[]), Rejected::Refused(Refused::SignatureMissing));
        assert_eq!(refused(&[&token, &token]), Rejected::Refused(Refused::SignatureMissing));
        assert_eq!(refused(&[""]), Rejected::Refused(Refused::SignatureWrong));
        assert_eq!(refused(&[&token[1..]]), Rejected::Refused(Refused::SignatureWrong));
        let other = super::tests::simulator();
        assert_eq!(refused(&[other.stage.token()]), Rejected::Refused(Refused::SignatureWrong));
        assert!(simulator.stage.lines_after(0).is_empty());
        assert!(receive(&simulator, &[&token], body).is_ok());
    }

    #[test]
    fn a_message_is_read_whole() {
        let simulator = simulator();
        let event = post(
            &simulator,
            json!({ "mentions_bot": true, "mentions": ["u-2"], "quote": "out-7", "text": "回复 好\u{0}的",
                    "image": "data:image/png;base64,iVBORw0KGgo=", "sent_at": "2026-11-20T11:58:00+08:00" }),
        )
        .unwrap();
        assert_eq!(event.account, "simulator");
        assert_eq!(event.dedupe_key, "m-1");
        assert_eq!(event.message_id.as_deref(), Some("m-1"));
        assert_eq!(event.place, Place::Group("g-cadre".into()));
        assert_eq!(event.sender, "u-1");
        assert_eq!(event.kind, EventKind::Message);
        assert_eq!(event.text, "回复 好\u{FFFD}的");
        assert!(event.addressed);
        assert_eq!(event.mentions, ["u-2"]);
        assert_eq!(event.quote.as_deref(), Some("out-7"));
        assert_eq!(event.attachments[0].kind, AttachmentKind::Image);
        assert_eq!(event.attachments[0].reference, "simulator:m-1", "the bytes stay on the stage");
        assert_eq!(event.sent_at, "2026-11-20T03:58:00Z".parse::<DateTime<Utc>>().unwrap());
        let private = post(&simulator, json!({ "message_id": "m-2", "group": null })).unwrap();
        assert_eq!(private.place, Place::Private);
        assert_eq!(private.sent_at, noon());
        assert!(!private.addressed && private.quote.is_none() && private.attachments.is_empty());
    }

    #[test]
    fn a_line_stands_on_the_stage_once_however_often_it_is_posted() {
        let simulator = simulator();
        for _ in 0..3 {
            post(&simulator, json!({})).unwrap();
        }
        let lines = simulator.stage.lines_after(0);
        assert_eq!(lines.len(), 1);
        assert_eq!(lines[0].spot, Spot::Group("g-cadre".into()));
        assert_eq!(lines[0].from, Speaker::Person("u-1".into()));
    }

    #[test]
    fn a_recall_names_the_message_and_only_its_author_may() {
        let simulator = simulator();
        post(&simulator, json!({})).unwrap();
        let before = simulator.stage.cursor();
        let foreign = json!({ "message_id": "m-2", "user": "u-2", "recall": "m-1" });
        assert!(matches!(post(&simulator, foreign), Err(Rejected::Malformed(_))));
        let event = post(&simulator, json!({ "message_id": "m-3", "recall": "m-1" })).unwrap();
        assert_eq!(event.dedupe_key, "recall:m-1");
        assert_eq!(event.kind, EventKind::Recall { dedupe_key: "m-1".into() });
        let lines = simulator.stage.lines_after(before);
        assert_eq!(lines.len(), 1, "the page hears of the change");
        assert!(lines[0].recalled && lines[0].parts.is_empty(), "and the text is gone");
    }

    #[tokio::test]
    async fn a_picture_on_the_stage_can_be_fetched_until_it_is_taken_back() {
        let simulator = simulator();
        post(&simulator, json!({ "image": "data:image/png;base64,iVBORw0KGgo=" })).unwrap();
        assert_eq!(simulator.fetch("simulator:m-1", 8).await, Ok(b"\x89PNG\r\n\x1a\n".to_vec()));
        assert_eq!(simulator.fetch("simulator:m-1", 7).await, Err(NotFetched::too_large(7)));
        assert!(matches!(simulator.fetch("m-1", 8).await, Err(NotFetched::Never(_))));
        post(&simulator, json!({ "message_id": "m-2", "recall": "m-1" })).unwrap();
        assert!(matches!(simulator.fetch("simulator:m-1", 8).await, Err(NotFetched::Never(_))));
    }

    #[test]
    fn what_is_not_a_message_is_malformed() {
        let simulator = simulator();
        for changes in [
            json!({ "message_id": "" }),
            json!({ "user": " " }),
            json!({ "user": "bot" }),
            json!({ "message_id": "x".repeat(200) }),
            json!({ "image": "data:image/svg+xml;base64,PHN2Zy8+" }),
            json!({ "image": "data:image/png;base64,not base64" }),
            json!({ "image": "http://10.0.0.1/x.png" }),
            json!({ "sent_at": "yesterday" }),
            json!({ "text": 7 }),
            json!({ "admin": true }),
        ] {
            assert!(matches!(post(&simulator, changes.clone()), Err(Rejected::Malformed(Malformed(_)))), "{changes}");
        }
        for body in [&b"{"[..], b"", b"[]", b"\xff\xfe", "[".repeat(100_000).as_bytes()] {
            let refused = receive(&simulator, &[simulator.stage.token()], body);
            assert!(matches!(refused, Err(Rejected::Malformed(_))));
        }
        assert!(simulator.stage.lines_after(0).is_empty());
    }

    #[test]
    fn an_answer_given_twice_is_one_line() {
        let simulator = simulator();
        let event = post(&simulator, json!({})).unwrap();
        let reply = Message::words("已记下签到");
        let first = simulator.answer(&event, Some(&reply));
        let again = simulator.answer(&event, Some(&reply));
        assert_eq!(first, again);
        assert_eq!(first.status, StatusCode::OK);
        let body: Value = serde_json::from_slice(&first.body).unwrap();
        assert_eq!(body["lines"][0]["quote"], "m-1");
        assert_eq!(body["lines"][0]["from"], "bot");
        assert_eq!(simulator.stage.lines_after(0).len(), 2);
        assert_eq!(simulator.answer(&event, None), HttpAnswer::empty());
    }

    #[test]
    fn hostile_text_stays_text() {
        let simulator = simulator();
        let hostile = "<img src=x onerror=alert(1)> @所有人 [x](http://a) \u{E001}a\u{E00E}b\u{E00F}\u{202E}";
        post(&simulator, json!({ "text": hostile, "name": "</script>" })).unwrap();
        let lines = serde_json::to_value(simulator.stage.lines_after(0)).unwrap();
        assert_eq!(
            lines[0]["parts"],
            json!([{ "user_text": "<img src=x onerror=alert(1)> @所有人 [x](http://a) ab" }])
        );
    }

    #[tokio::test]
    async fn what_is_sent_can_be_quoted_and_mentions_only_people_of_this_account() {
        let simulator = simulator();
        let who = |account: &str| {
            Part::Mention(MentionOf { account: account.into(), external_id: "u-1".into(), name: "赵样例".into() })
        };
        let message = Message { parts: vec![who("simulator"), who("qq"), Part::UserText("@所有人".into())] };
        let delivery = Delivery { to: Destination::User("u-1".into()), message, idempotency_key: "outbox-9".into() };
        let Outcome::Sent(Some(id)) = simulator.send(&delivery).await else {
            unreachable!("the stage is always there")
        };
        assert_eq!(simulator.send(&delivery).await, Outcome::Sent(Some(id.clone())));
        let lines = simulator.stage.lines_after(0);
        assert_eq!(lines.len(), 1);
        assert_eq!(lines[0].id, id);
        assert_eq!(lines[0].spot, Spot::Private("u-1".into()));
        assert_eq!(
            lines[0].parts,
            vec![who("simulator"), Part::Words("赵样例".into()), Part::UserText("@所有人".into())]
        );
    }

    #[test]
    fn an_account_needs_the_simulator_to_be_on() {
        let settings: AccountSettings = toml::from_str("name = \"s\"\nplatform = \"simulator\"").unwrap();
        // the first of the tests to come here installs it
        let _ = rustls::crypto::ring::default_provider().install_default();
        #[expect(clippy::disallowed_methods, reason = "a client that calls nobody")]
        let http = reqwest::Client::builder().build().unwrap();
        let off = Tools { http: http.clone(), pictures: http.clone(), simulator: None };
        assert!(build(&settings, &off).err().unwrap().problem.contains("没有打开"));
        let clock: Arc<dyn Clock> = Arc::new(ManualClock::at(noon()));
        let on = Tools { http: http.clone(), pictures: http, simulator: Some(Arc::new(Stage::new(clock))) };
        assert_eq!(build(&settings, &on).unwrap().platform(), "simulator");
        let typo: AccountSettings = toml::from_str("name = \"s\"\nplatform = \"simulator\"\ntokne = 1").unwrap();
        assert!(build(&typo, &on).is_err());
    }
}
