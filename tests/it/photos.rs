//! Pictures that come with records: kept under our names, without what the camera wrote, and recognised when they come
//! again.

use std::io::Cursor;
use std::time::Duration;

use chrono::TimeDelta;
use image::codecs::jpeg::JpegEncoder;
use image::imageops::FilterType;
use image::{DynamicImage, ImageFormat, Rgb, RgbImage};
use tokio_util::sync::CancellationToken;
use tuanqing::domain::flag::Flag;
use tuanqing::domain::id::RecordId;
use tuanqing::store::{Photo, PhotoState};

use crate::support::fakes::onebot::group_message;
use crate::support::office::{CADRE, CADRES, COUNTY_SECRETARY, Office, SELF};

const RECORDS: &str = "SELECT COALESCE(MAX(id), 0) FROM record";

/// A scene of light and shade; each number is another one.
fn scene(number: u32, width: u32, height: u32) -> DynamicImage {
    DynamicImage::ImageRgb8(RgbImage::from_fn(width, height, |x, y| {
        let (x, y) = (f64::from(x) / f64::from(width), f64::from(y) / f64::from(height));
        let turn = f64::from(number);
        let wave = (x * (7.0 + turn * 3.1) + turn).sin() + (y * (5.0 + turn * 2.3) + x * 4.0).cos();
        let grey = (128.0 + 60.0 * wave).clamp(0.0, 255.0) as u8;
        Rgb([grey, grey.saturating_sub(10), grey.saturating_add(10)])
    }))
}

fn jpeg(picture: &DynamicImage, quality: u8) -> Vec<u8> {
    let mut bytes = Vec::new();
    picture.write_with_encoder(JpegEncoder::new_with_quality(&mut bytes, quality)).unwrap();
    bytes
}

/// A JPEG as a telephone writes it: with the place in it.
fn with_gps(jpeg: &[u8]) -> Vec<u8> {
    let segment = b"Exif\0\0MM\0\x2a\0\0\0\x08\0\0\0\0\0\0GPSLatitude 43.65 SampleCam";
    let length = u16::try_from(segment.len() + 2).unwrap().to_be_bytes();
    [&jpeg[..2], &[0xff, 0xe1], &length, segment, &jpeg[2..]].concat()
}

fn contains(bytes: &[u8], words: &[u8]) -> bool {
    bytes.windows(words.len()).any(|window| window == words)
}

/// Somebody checks in with a picture; the record, with its pictures wanted.
async fn check_in(office: &Office, user: i64, image: &str) -> RecordId {
    office.clock.advance(TimeDelta::seconds(1));
    let event = group_message(SELF, CADRES, user, office.next_message_id(), office.time(), "签到 东风社区 走访青年");
    let receipt = office.send(&event.image(image)).await.text();
    assert!(receipt.contains("已记下"), "{receipt}");
    RecordId(office.database.count(RECORDS).await)
}

async fn photo(office: &Office, record: RecordId) -> Photo {
    let mut photos = office.app.store.reader().list_photos(record).await.unwrap();
    assert_eq!(photos.len(), 1);
    photos.remove(0)
}

#[tokio::test]
async fn a_picture_is_kept_smaller_and_without_what_the_camera_wrote() {
    let office = Office::open().await;
    let sent = with_gps(&jpeg(&scene(1, 1_600, 800), 92));
    assert!(contains(&sent, b"GPS"));
    let record = check_in(&office, CADRE, &office.qq.show_picture("a.jpg", sent)).await;
    assert_eq!(photo(&office, record).await.state, PhotoState::Wanted);
    assert_eq!(office.qq.picture_requests(), 0, "nothing is fetched while a message is taken in");

    assert_eq!(office.app.photos().step().await.unwrap(), 1);
    assert_eq!(office.app.photos().step().await.unwrap(), 0);
    let kept = photo(&office, record).await;
    assert_eq!((kept.state, kept.size, kept.error.as_deref()), (PhotoState::Kept, Some((1_280, 640)), None));
    assert_eq!(kept.file_name(), format!("{}.jpg", kept.id));
    let bytes = office.app.store.reader().find_photo_bytes(kept.id).await.unwrap().unwrap();
    for word in [&b"Exif"[..], b"GPS", b"SampleCam"] {
        assert!(!contains(&bytes, word));
    }
    let picture = image::load_from_memory_with_format(&bytes, ImageFormat::Jpeg).unwrap();
    assert_eq!((picture.width(), picture.height()), (1_280, 640));
    assert_eq!(office.app.store.reader().list_unseen_flags(9).await.unwrap(), []);
    office.close().await;
}

#[tokio::test]
async fn a_picture_that_was_used_before_is_flagged_for_a_person_to_look_at() {
    let office = Office::open().await;
    let original = scene(2, 640, 480);
    let first = check_in(&office, CADRE, &office.qq.show_picture("a.jpg", jpeg(&original, 90))).await;
    // another cadre sends a copy that went through a few hands, and then a picture of their own
    let copy = jpeg(&original.resize(400, 400, FilterType::Lanczos3), 50);
    let second = check_in(&office, COUNTY_SECRETARY, &office.qq.show_picture("b.jpg", copy)).await;
    let mut png = Cursor::new(Vec::new());
    scene(3, 640, 480).write_to(&mut png, ImageFormat::Png).unwrap();
    let third = check_in(&office, COUNTY_SECRETARY, &office.qq.show_picture("c.png", png.into_inner())).await;
    assert_eq!(office.app.photos().step().await.unwrap(), 3);
    for record in [first, second, third] {
        assert_eq!(photo(&office, record).await.state, PhotoState::Kept);
    }
    let flags = office.app.store.reader().list_unseen_flags(9).await.unwrap();
    assert_eq!(flags.len(), 1, "{flags:?}");
    assert_eq!((flags[0].record, flags[0].flag, flags[0].other), (second, Flag::PhotoUsed, Some(first)));

    // what was withdrawn is nobody's any more
    office.say(CADRES, COUNTY_SECRETARY, "撤回").await;
    office.say(CADRES, COUNTY_SECRETARY, "撤回").await;
    assert_eq!(office.app.store.reader().list_unseen_flags(9).await.unwrap(), []);
    office.close().await;
}

#[tokio::test]
async fn what_is_away_is_tried_again_and_given_up_after_six_tries_and_the_record_stands() {
    let mut office = Office::open().await;
    let record = check_in(&office, CADRE, &office.qq.show_picture("a.jpg", jpeg(&scene(4, 300, 200), 90))).await;
    office.qq.go_down().await;
    let worker = office.app.photos();
    for tries in 1..=3 {
        assert_eq!(worker.step().await.unwrap(), 1, "try {tries}");
        assert_eq!(worker.step().await.unwrap(), 0, "not at once again");
        let waiting = photo(&office, record).await;
        assert_eq!((waiting.state, waiting.error.is_some()), (PhotoState::Wanted, true));
        office.clock.advance(TimeDelta::seconds(30 << (2 * (tries - 1))));
    }
    office.qq.come_up().await;
    assert_eq!(worker.step().await.unwrap(), 1);
    assert_eq!(photo(&office, record).await.state, PhotoState::Kept);

    let lost = check_in(&office, CADRE, &office.qq.show_picture("b.jpg", jpeg(&scene(5, 300, 200), 90))).await;
    office.qq.go_down().await;
    let mut tries = 0;
    while photo(&office, lost).await.state == PhotoState::Wanted {
        tries += worker.step().await.unwrap();
        office.clock.advance(TimeDelta::hours(3));
    }
    assert_eq!((tries, photo(&office, lost).await.state), (6, PhotoState::Failed));
    let standing = "SELECT COUNT(*) FROM record WHERE withdrawn_at_ms IS NULL";
    assert_eq!(office.database.count(standing).await, 2, "a record never waits for its pictures");
    office.close().await;
}

#[tokio::test]
async fn what_cannot_be_had_says_why_and_is_not_asked_for_again() {
    let office = Office::open_with("[photos]\nmax_bytes = 65536\n").await;
    let large = office.qq.show_picture("large.jpg", vec![0xff; 70_000]);
    let text = office.qq.show_picture("text.jpg", b"<html>not a picture</html>".to_vec());
    let gone = office.qq.picture_url("gone.jpg");
    let inside = "http://127.0.0.2:22/a.jpg".to_owned();
    for (address, why) in [(large, "太大"), (text, "不是能读的图片"), (gone, "404"), (inside, "内部网络")]
    {
        let record = check_in(&office, CADRE, &address).await;
        assert_eq!(office.app.photos().step().await.unwrap(), 1);
        let photo = photo(&office, record).await;
        let error = photo.error.unwrap();
        assert!(photo.state == PhotoState::Failed && error.contains(why), "{address}: {error}");
        assert!(!error.contains("127.0.0"), "an operator's words hold no address: {error}");
    }
    office.clock.advance(TimeDelta::days(1));
    assert_eq!(office.app.photos().step().await.unwrap(), 0);
    office.close().await;
}

#[tokio::test]
async fn a_picture_without_an_address_is_asked_for_by_its_name() {
    let office = Office::open().await;
    office.qq.show_picture("0123ABCD.jpg", jpeg(&scene(6, 300, 200), 90));
    let record = check_in(&office, CADRE, "").await;
    assert_eq!(office.app.photos().step().await.unwrap(), 1);
    assert_eq!(photo(&office, record).await.state, PhotoState::Kept);
    office.qq.hide_picture("0123ABCD.jpg");
    let lost = check_in(&office, CADRE, "").await;
    assert_eq!(office.app.photos().step().await.unwrap(), 1);
    assert_eq!(photo(&office, lost).await.state, PhotoState::Failed);
    office.close().await;
}

#[tokio::test]
async fn after_its_time_a_picture_is_deleted_and_where_none_are_wanted_none_is_fetched() {
    let office = Office::open_with("[photos]\nkeep_days = 30\n").await;
    let record = check_in(&office, CADRE, &office.qq.show_picture("a.jpg", jpeg(&scene(7, 300, 200), 90))).await;
    let worker = office.app.photos();
    worker.step().await.unwrap();
    office.clock.advance(TimeDelta::days(30));
    assert_eq!(worker.expire().await.unwrap(), 0);
    office.clock.advance(TimeDelta::seconds(1));
    assert_eq!((worker.expire().await.unwrap(), worker.expire().await.unwrap()), (1, 0));
    assert_eq!(photo(&office, record).await.state, PhotoState::Expired);
    assert_eq!(office.database.count("SELECT COUNT(*) FROM photo WHERE bytes IS NOT NULL").await, 0);
    office.close().await;

    let office = Office::open_with("[photos]\nkeep = false\n").await;
    let record = check_in(&office, CADRE, &office.qq.show_picture("a.jpg", jpeg(&scene(7, 300, 200), 90))).await;
    office.app.photos().step().await.unwrap();
    assert_eq!((photo(&office, record).await.state, office.qq.picture_requests()), (PhotoState::Failed, 0));
    office.close().await;
}

#[tokio::test]
async fn two_replicas_share_the_pictures_and_fetch_each_once() {
    let office = Office::open().await;
    for number in 0..5 {
        let address = office.qq.show_picture(&format!("{number}.jpg"), jpeg(&scene(10 + number, 200, 150), 90));
        check_in(&office, CADRE, &address).await;
    }
    let (one, other) = (office.app.photos(), office.app.photos());
    let (by_one, by_other) = tokio::join!(one.step(), other.step());
    assert_eq!((by_one.unwrap() + by_other.unwrap(), office.qq.picture_requests()), (5, 5));
    assert_eq!(office.database.count("SELECT COUNT(*) FROM photo WHERE state = 'kept'").await, 5);
    office.close().await;
}

#[tokio::test]
async fn the_task_works_by_itself_until_it_is_asked_to_stop() {
    let office = Office::open().await;
    let record = check_in(&office, CADRE, &office.qq.show_picture("a.jpg", jpeg(&scene(8, 300, 200), 90))).await;
    let stopping = CancellationToken::new();
    let task = tokio::spawn(office.app.photos().run(stopping.clone()));
    let kept = async {
        while photo(&office, record).await.state != PhotoState::Kept {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), kept).await.unwrap();
    assert!(!task.is_finished());
    stopping.cancel();
    task.await.unwrap();
    office.close().await;
}
