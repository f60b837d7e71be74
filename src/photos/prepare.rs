//! From what somebody sent to what is stored: upright, smaller, and drawn anew, so that nothing of the original file is
//! left but what can be seen on it.

use std::io::Cursor;

use image::codecs::jpeg::JpegEncoder;
use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageReader, Limits, Rgb, RgbImage};

use super::look;
use crate::store::KeptPhoto;

/// Pictures with more pixels are not unpacked: a file of a few kilobytes can claim any number of them.
const MOST_PIXELS: u64 = 40_000_000;

/// The longest side that is unpacked.
const LONGEST_SIDE: u32 = 30_000;

/// The most memory that unpacking one picture may take, in bytes.
const MOST_MEMORY: u64 = 256 << 20;

/// Good enough for a screen.
const QUALITY: u8 = 80;

/// Why a picture cannot be prepared, for an operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Unusable {
    #[error("不是能读的图片（只认 JPEG、PNG、WebP、GIF）")]
    Unreadable,
    #[error("图片尺寸过大（最多四千万像素）")]
    TooLarge,
}

/// Prepares a picture. Takes up to a second and is for a thread that may block.
pub(super) fn prepare(bytes: &[u8], longest_side_px: u32) -> Result<KeptPhoto, Unusable> {
    // made smaller first, so that everything after it, turning included, needs no second copy of a large picture
    let (picture, orientation) = decode(bytes)?;
    let mut seen = DynamicImage::ImageRgb8(flat(fit(picture, longest_side_px)));
    // what the camera says about how it was held is carried out; then it may be forgotten
    seen.apply_orientation(orientation);
    let mut jpeg = Vec::new();
    seen.write_with_encoder(JpegEncoder::new_with_quality(&mut jpeg, QUALITY)).map_err(|_| Unusable::Unreadable)?;
    Ok(KeptPhoto { bytes: jpeg, width: seen.width(), height: seen.height(), look: look::of(&seen) })
}

fn decode(bytes: &[u8]) -> Result<(DynamicImage, Orientation), Unusable> {
    let mut reader = ImageReader::new(Cursor::new(bytes)).with_guessed_format().map_err(|_| Unusable::Unreadable)?;
    let mut limits = Limits::default();
    (limits.max_image_width, limits.max_image_height) = (Some(LONGEST_SIDE), Some(LONGEST_SIDE));
    limits.max_alloc = Some(MOST_MEMORY);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(unusable)?;
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > MOST_PIXELS || decoder.total_bytes() > MOST_MEMORY {
        return Err(Unusable::TooLarge);
    }
    let orientation = decoder.orientation().map_err(unusable)?;
    Ok((DynamicImage::from_decoder(decoder).map_err(unusable)?, orientation))
}

#[expect(clippy::needless_pass_by_value, reason = "it is handed over by map_err")]
fn unusable(error: image::ImageError) -> Unusable {
    match error {
        image::ImageError::Limits(_) => Unusable::TooLarge,
        _ => Unusable::Unreadable,
    }
}

/// On white paper, because a JPEG cannot be seen through.
fn flat(picture: DynamicImage) -> RgbImage {
    if !picture.color().has_alpha() {
        return picture.into_rgb8();
    }
    let seen_through = picture.into_rgba8();
    RgbImage::from_fn(seen_through.width(), seen_through.height(), |x, y| {
        let [red, green, blue, alpha] = seen_through.get_pixel(x, y).0;
        let alpha = u16::from(alpha);
        let over_white = |colour: u8| ((u16::from(colour) * alpha + 255 * (255 - alpha)) / 255) as u8;
        Rgb([red, green, blue].map(over_white))
    })
}

/// Made smaller where its longer side is longer than this; never made larger.
fn fit(picture: DynamicImage, longest_side_px: u32) -> DynamicImage {
    let longest = picture.width().max(picture.height());
    if longest <= longest_side_px {
        return picture;
    }
    let scaled = |side: u32| {
        let scaled = u64::from(side) * u64::from(longest_side_px) / u64::from(longest);
        u32::try_from(scaled).unwrap_or(longest_side_px).max(1)
    };
    // this one works in whole numbers, without a copy of the picture in floating point
    picture.thumbnail_exact(scaled(picture.width()), scaled(picture.height()))
}
