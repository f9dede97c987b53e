//! QR codes of ticket links.

use fast_qr::convert::Builder as _;
use fast_qr::convert::svg::SvgBuilder;
use fast_qr::qr::QRBuilder;
use fast_qr::{ECL, QRCode};

/// Modules of quiet zone on each side (ISO/IEC 18004, section 6.3.8).
const MARGIN: usize = 4;

/// Pixels of a module in the PNG: sharp on a telephone at arm's length.
const SCALE: usize = 6;

/// A text's QR code as an SVG element.
///
/// # Errors
/// The text is too long for one.
pub fn qr_svg(text: &str) -> Result<String, String> {
    Ok(SvgBuilder::default().margin(MARGIN).to_str(&code(text)?))
}

/// A text's QR code as a PNG: black on white, one bit a pixel.
///
/// # Errors
/// The text is too long for one.
pub fn qr_png(text: &str) -> Result<Vec<u8>, String> {
    let code = code(text)?;
    let side = (code.size + 2 * MARGIN) * SCALE;
    let row_bytes = side.div_ceil(8);
    // White is 1. Rows begin at whole bytes.
    let mut pixels = vec![0xff_u8; row_bytes * side];
    for y in 0..side {
        for x in 0..side {
            if is_dark(&code, x, y) {
                pixels[y * row_bytes + x / 8] &= !(0x80 >> (x % 8));
            }
        }
    }
    let side = u32::try_from(side).map_err(|error| error.to_string())?;
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, side, side);
    encoder.set_color(png::ColorType::Grayscale);
    encoder.set_depth(png::BitDepth::One);
    let written = encoder.write_header().and_then(|mut writer| {
        writer.write_image_data(&pixels)?;
        writer.finish()
    });
    written.map_err(|error| error.to_string())?;
    Ok(bytes)
}

fn is_dark(code: &QRCode, x: usize, y: usize) -> bool {
    let module = |pixel: usize| (pixel / SCALE).checked_sub(MARGIN).filter(|at| *at < code.size);
    let (Some(x), Some(y)) = (module(x), module(y)) else { return false };
    code[y][x].value()
}

/// Medium correction: a ticket is shown on screens and paper, and is not torn.
fn code(text: &str) -> Result<QRCode, String> {
    QRBuilder::new(text).ecl(ECL::M).build().map_err(|error| format!("no QR code: {error:?}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The PNG has the code's modules: the corner patterns are where they belong, and a reader of
    /// PNG reads it.
    #[test]
    fn the_png_is_the_code() {
        let text = "https://tickets.example/v1/bookings/bkg_1/ticket?access=abc";
        let bytes = qr_png(text).unwrap();
        let mut reader = png::Decoder::new(std::io::Cursor::new(&bytes)).read_info().unwrap();
        let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
        let info = reader.next_frame(&mut pixels).unwrap();
        let code = code(text).unwrap();
        assert_eq!(info.width as usize, (code.size + 8) * SCALE);
        let dark = |x: usize, y: usize| {
            let bit = pixels[y * info.line_size + x / 8] & (0x80 >> (x % 8));
            bit == 0
        };
        let middle = |module: usize| (module + MARGIN) * SCALE + SCALE / 2;
        for y in 0..code.size {
            for x in 0..code.size {
                assert_eq!(dark(middle(x), middle(y)), code[y][x].value(), "module {x} {y}");
            }
        }
        assert!(dark(middle(0), middle(0)) && !dark(0, 0));
    }

    /// The SVG is one element without anything that runs; too long a text is an error.
    #[test]
    fn the_svg_is_an_element() {
        let svg = qr_svg("https://tickets.example/").unwrap();
        assert!(svg.starts_with("<svg ") && svg.ends_with("</svg>"), "{svg}");
        assert!(!svg.contains("script"));
        assert!(qr_svg(&"x".repeat(5000)).is_err());
        assert!(qr_png(&"x".repeat(5000)).is_err());
    }
}
