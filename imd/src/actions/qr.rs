//! QR codes (ISO/IEC 18004) of links, for pages, paper and terminals.

use qrcode::{EcLevel, QrCode};

use crate::actions::Done;
use crate::wire::ErrorCode;

/// A link as SVG, error correction level M.
///
/// # Errors
/// `bad_request` when the link is too long.
pub fn svg(link: &str) -> Done<String> {
    Ok(code(link)?.render::<qrcode::render::svg::Color<'_>>().min_dimensions(240, 240).quiet_zone(true).build())
}

/// The same as PNG, 8 pixels a module.
///
/// # Errors
/// As [`svg`].
pub fn png(link: &str) -> Done<Vec<u8>> {
    let picture = code(link)?.render::<image::Luma<u8>>().module_dimensions(8, 8).quiet_zone(true).build();
    let mut bytes = std::io::Cursor::new(Vec::new());
    picture.write_to(&mut bytes, image::ImageFormat::Png).map_err(|error| {
        tracing::error!(%error, "QR code");
        ErrorCode::Internal
    })?;
    Ok(bytes.into_inner())
}

/// The same for a terminal, two modules a character.
///
/// # Errors
/// As [`svg`].
pub fn text(link: &str) -> Done<String> {
    use qrcode::render::unicode::Dense1x2;
    // Most terminals are dark: light modules are drawn, dark ones are left out.
    Ok(code(link)?
        .render::<Dense1x2>()
        .dark_color(Dense1x2::Dark)
        .light_color(Dense1x2::Light)
        .quiet_zone(true)
        .build())
}

fn code(link: &str) -> Done<QrCode> {
    QrCode::with_error_correction_level(link, EcLevel::M).map_err(|_| ErrorCode::BadRequest.into())
}
