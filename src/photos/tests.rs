//! Pictures as people send them, and as people send them who are up to no good.

use std::io::Cursor;

use image::codecs::jpeg::JpegEncoder;
use image::imageops::FilterType;
use image::{DynamicImage, GenericImageView, ImageFormat, Rgb, RgbImage, Rgba, RgbaImage};

use super::look;
use super::prepare::{Unusable, prepare};
use crate::store::MOST_BITS_APART;

/// A scene of soft spots and hard edges; each seed is another one.
fn scene(seed: u32, width: u32, height: u32) -> DynamicImage {
    let spot = |n: u32| {
        let mixed = (seed * 7_919 + n * 104_729 + 1).wrapping_mul(2_654_435_761);
        let part = |shift: u32| f64::from((mixed >> shift) & 0xff) / 255.0;
        (part(0), part(8), 0.1 + part(16) / 4.0, part(24) * 400.0 - 200.0)
    };
    let spots: Vec<_> = (0..9).map(spot).collect();
    DynamicImage::ImageRgb8(RgbImage::from_fn(width, height, |x, y| {
        let (x, y) = (f64::from(x) / f64::from(width), f64::from(y) / f64::from(height));
        let bright = |(at_x, at_y, wide, much): &(f64, f64, f64, f64)| {
            let distance = ((x - at_x).powi(2) + (y - at_y).powi(2)) / (wide * wide);
            much * (-distance).exp()
        };
        let edge = if (x + y * f64::from(seed % 5) / 4.0) > 0.6 { 30.0 } else { 0.0 };
        let grey = (128.0 + edge + spots.iter().map(bright).sum::<f64>()).clamp(0.0, 255.0) as u8;
        Rgb([grey, grey.saturating_add(8), grey.saturating_sub(8)])
    }))
}

fn jpeg(picture: &DynamicImage, quality: u8) -> Vec<u8> {
    let mut bytes = Vec::new();
    picture.write_with_encoder(JpegEncoder::new_with_quality(&mut bytes, quality)).unwrap();
    bytes
}

fn encoded(picture: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    picture.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

/// Puts in what a telephone writes: how it was held, and where it was.
fn with_exif(jpeg: &[u8], orientation: u8) -> Vec<u8> {
    let mut tiff = b"MM\x00\x2a\x00\x00\x00\x08\x00\x02".to_vec();
    tiff.extend([0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0]);
    // the GPS directory, which this file does not even have: its words follow
    tiff.extend([0x88, 0x25, 0, 4, 0, 0, 0, 1, 0, 0, 0, 0x26]);
    tiff.extend([0, 0, 0, 0]);
    tiff.extend(b"GPS 43.65N 116.08E SampleCam");
    let mut segment = b"Exif\0\0".to_vec();
    segment.extend(tiff);
    let length = u16::try_from(segment.len() + 2).unwrap().to_be_bytes();
    [&jpeg[..2], &[0xff, 0xe1], &length, &segment, &jpeg[2..]].concat()
}

fn apart(one: &DynamicImage, other: &DynamicImage) -> u32 {
    (look::of(one) ^ look::of(other)).count_ones()
}

fn contains(bytes: &[u8], words: &[u8]) -> bool {
    bytes.windows(words.len()).any(|window| window == words)
}

#[test]
fn a_copy_looks_the_same_and_another_picture_does_not() {
    for seed in 0..12 {
        let original = scene(seed, 320, 240);
        let smaller = original.resize(150, 150, FilterType::Lanczos3);
        let poor = image::load_from_memory(&jpeg(&smaller, 40)).unwrap();
        let larger = original.resize_exact(500, 375, FilterType::CatmullRom);
        for (what, copy) in [("smaller", &smaller), ("smaller and poor", &poor), ("larger", &larger)] {
            let bits = apart(&original, copy);
            assert!(bits <= MOST_BITS_APART, "{seed}: the {what} copy is {bits} bits apart");
        }
        for other in seed + 1..12 {
            let bits = apart(&original, &scene(other, 320, 240));
            assert!(bits > MOST_BITS_APART, "{seed} and {other} are {bits} bits apart");
        }
    }
}

#[test]
fn what_is_kept_looks_like_what_was_sent() {
    let sent = scene(3, 400, 300);
    let kept = prepare(&jpeg(&sent, 90), 200).unwrap();
    assert_eq!((kept.width, kept.height), (200, 150));
    assert!((kept.look ^ look::of(&sent)).count_ones() <= MOST_BITS_APART);
    let stored = image::load_from_memory(&kept.bytes).unwrap();
    assert_eq!(stored.dimensions(), (200, 150));
    assert_eq!(image::guess_format(&kept.bytes).unwrap(), ImageFormat::Jpeg);
}

#[test]
fn nothing_that_the_camera_wrote_is_left_but_how_it_was_held() {
    // light on the left, dark on the right, wider than high
    let lying = DynamicImage::ImageRgb8(RgbImage::from_fn(120, 60, |x, _| Rgb([if x < 60 { 250 } else { 5 }; 3])));
    let sent = with_exif(&jpeg(&lying, 90), 6);
    assert!(contains(&sent, b"Exif") && contains(&sent, b"GPS"));
    let kept = prepare(&sent, 1280).unwrap();
    for word in [&b"Exif"[..], b"GPS", b"SampleCam", b"http://ns.adobe.com"] {
        assert!(!contains(&kept.bytes, word));
    }
    assert!(!contains(&kept.bytes, &[0xff, 0xe1]), "no APP1 segment");
    // turned by a quarter to the right: what lay left is now above
    assert_eq!((kept.width, kept.height), (60, 120));
    let stored = image::load_from_memory(&kept.bytes).unwrap().to_luma8();
    assert!(stored.get_pixel(30, 10).0[0] > 200 && stored.get_pixel(30, 110).0[0] < 50);
}

#[test]
fn every_format_that_people_send_is_read_and_kept_as_jpeg() {
    let sent = scene(5, 90, 60);
    for format in [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::WebP, ImageFormat::Gif] {
        let kept = prepare(&encoded(&sent, format), 60).unwrap();
        assert_eq!((kept.width, kept.height), (60, 40), "{format:?}");
        assert!(kept.bytes.starts_with(&[0xff, 0xd8, 0xff]), "{format:?}");
    }
    let small = prepare(&encoded(&sent, ImageFormat::Png), 1280).unwrap();
    assert_eq!((small.width, small.height), (90, 60), "nothing is made larger");
    let strip = DynamicImage::ImageRgb8(RgbImage::new(900, 1));
    let strip = prepare(&encoded(&strip, ImageFormat::Png), 100).unwrap();
    assert_eq!((strip.width, strip.height), (100, 1));
}

#[test]
fn what_can_be_seen_through_lies_on_white() {
    let clear = DynamicImage::ImageRgba8(RgbaImage::from_pixel(20, 20, Rgba([0, 0, 0, 0])));
    let kept = prepare(&encoded(&clear, ImageFormat::Png), 100).unwrap();
    let stored = image::load_from_memory(&kept.bytes).unwrap().to_luma8();
    assert!(stored.pixels().all(|pixel| pixel.0[0] > 250));
}

/// A PNG that claims to be of this size, in less than a hundred bytes.
fn claiming(width: u32, height: u32) -> Vec<u8> {
    let mut header = b"IHDR".to_vec();
    header.extend(width.to_be_bytes());
    header.extend(height.to_be_bytes());
    header.extend([8, 2, 0, 0, 0]);
    let mut crc = !0_u32;
    for byte in &header {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            crc = if crc & 1 == 1 { crc >> 1 ^ 0xedb8_8320 } else { crc >> 1 };
        }
    }
    [&b"\x89PNG\r\n\x1a\n\0\0\0\x0d"[..], &header, &(!crc).to_be_bytes(), b"\0\0\0\0IDAT\x35\xaf\x06\x1e"].concat()
}

#[test]
fn a_bomb_is_turned_away_before_it_is_unpacked() {
    for (width, height) in [(6_400, 6_400), (29_999, 29_999), (60_000, 10), (10, u32::MAX >> 1), (1 << 20, 1 << 20)] {
        assert_eq!(prepare(&claiming(width, height), 1280).unwrap_err(), Unusable::TooLarge, "{width} × {height}");
    }
    // within the limits it is only broken
    assert_eq!(prepare(&claiming(6_000, 6_000), 1280).unwrap_err(), Unusable::Unreadable);
}

#[test]
fn what_is_no_picture_is_unreadable_and_nothing_worse() {
    let whole = jpeg(&scene(1, 64, 64), 80);
    for bytes in [&b""[..], b"<html>", b"\xff\xd8\xff", b"GIF89a", b"RIFF\0\0\0\0WEBP", &whole[..20]] {
        assert_eq!(prepare(bytes, 1280).unwrap_err(), Unusable::Unreadable);
    }
    // a picture that is broken anywhere is either read as far as it goes, or not
    for at in (0..whole.len()).step_by(7) {
        let mut broken = whole.clone();
        broken[at] ^= 0x55;
        let _ = prepare(&broken, 1280);
        let _ = prepare(&whole[..at], 1280);
    }
}
