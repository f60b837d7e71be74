//! How a picture looks, in 64 bits: whether it gets darker from each of nine columns to the next, in eight rows.
//!
//! Making a copy smaller, or saving it again, changes few of these bits; another picture differs in about half of them.

use image::DynamicImage;
use image::imageops::FilterType;

/// The look of a picture.
pub(super) fn of(picture: &DynamicImage) -> u64 {
    let grey = picture.resize_exact(9, 8, FilterType::Triangle).to_luma8();
    let mut look = 0;
    for row in 0..8 {
        for column in 0..8 {
            let darker = grey.get_pixel(column, row).0[0] > grey.get_pixel(column + 1, row).0[0];
            look = look << 1 | u64::from(darker);
        }
    }
    look
}
